/** The phases of a recovery, in order. Their durations sum to the RTO achieved. */
export const RTO_PHASES = [
  'detect',
  'declare',
  'provision',
  'retrieve',
  'transfer',
  'apply',
  'verify',
  'cutOver',
] as const
export type RtoPhase = (typeof RTO_PHASES)[number]
export type RecoveryPhases = Record<RtoPhase, number>

/** One step of a recovery. Times are seconds since start. */
export interface Step {
  readonly phase: RtoPhase
  /** A name for people: 'transfer orders'. */
  readonly what: string
  readonly began_s: number
  readonly ended_s: number
  /**
   * The step that had to end before this one could begin; of several, the one that ended last. Undefined for the first
   * step.
   */
  readonly after: Step | undefined
}

/** Of steps that all had to end, the one that ended last. */
export function lastOf(steps: ReadonlyArray<Step | undefined>): Step | undefined {
  let last: Step | undefined
  for (const step of steps) if (step !== undefined && (last === undefined || step.ended_s > last.ended_s)) last = step
  return last
}

/** Tolerance for comparing instants that were summed in different orders. */
const GAP_S = 1e-3

/**
 * The critical path: from the first step to this one, each began when the one before it ended. Parallel steps did not
 * delay it. Steps that took no time are left out.
 */
export function criticalPath(end: Step | undefined): Step[] {
  const path: Step[] = []
  for (let step = end; step !== undefined; step = step.after) {
    if (step.ended_s > step.began_s) path.push(step)
    const gap_s = step.after === undefined ? 0 : step.began_s - step.after.ended_s
    if (Math.abs(gap_s) > GAP_S) throw new Error(`nobody knows what went on for ${gap_s} s before ${step.what} began`)
  }
  return path.reverse()
}

/** How long each phase took on a path. */
export function phasesOf(path: readonly Step[]): RecoveryPhases {
  const phases: RecoveryPhases = {
    detect: 0,
    declare: 0,
    provision: 0,
    retrieve: 0,
    transfer: 0,
    apply: 0,
    verify: 0,
    cutOver: 0,
  }
  for (const { phase, began_s, ended_s } of path) phases[phase] += ended_s - began_s
  return phases
}
