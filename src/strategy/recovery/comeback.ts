import type { Effort } from './effort.ts'
import type { Step } from './course.ts'
import { criticalPath, phasesOf } from './course.ts'
import type { Recovery } from './recovery.ts'
import type { HitService } from './services-hit.ts'

/** A service that is back, or lost; other services may be waiting for it. */
export interface Comeback {
  readonly service: string
  readonly lost: boolean
  /** The step that ended when it was back, or known to be lost. */
  readonly last: Step
  /** Resolves when nothing is left to do for it. */
  readonly finished: Promise<Recovery>
}

/** The fields of a recovery that follow from its last step. */
export function courseOf(
  { incident }: Effort,
  { service, onset_s }: HitService,
  last: Step,
): Pick<Recovery, 'service' | 'onset_s' | 'back_s' | 'path' | 'phases_s'> {
  const { detected_s } = incident
  const detect: Step = { phase: 'detect', what: 'detect', began_s: onset_s, ended_s: detected_s, after: undefined }
  const path = [detect, ...criticalPath(last)].filter(({ began_s, ended_s }) => ended_s > began_s)
  return { service: service.name, onset_s, back_s: last.ended_s, path, phases_s: phasesOf(path) }
}
