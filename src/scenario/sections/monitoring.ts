import type { AlarmPlan, MonitoringPlan } from '../../strategy/strategy.ts'
import type { Compilation } from '../compilation.ts'
import { lawOf } from '../quantities/duration-law.ts'
import type { DurationLaw } from '../schema/distribution.ts'
import type { MonitoringDocument } from '../schema/monitoring.ts'

/** How the jobs are watched. Problems go to the compilation. */
export function monitoringPlan(written: MonitoringDocument, compilation: Compilation): MonitoringPlan {
  const plan = (
    name: keyof MonitoringDocument,
    { delay, miss }: { delay?: DurationLaw | undefined; miss: number },
    threshold: number,
  ): AlarmPlan => ({ delay: lawOf(delay ?? 0, ['monitoring', name, 'delay'], compilation), miss, threshold })
  const {
    'missed-job': missed,
    'failed-verify': verify,
    'full-store': full,
    size,
    'change-rate': rate,
    entropy,
  } = written
  return {
    ...(missed === undefined ? {} : { 'missed-job': plan('missed-job', missed, missed.grace) }),
    ...(verify === undefined ? {} : { 'failed-verify': plan('failed-verify', verify, 0) }),
    ...(full === undefined ? {} : { 'full-store': plan('full-store', full, full.above) }),
    ...(size === undefined ? {} : { size: plan('size', size, size.above) }),
    ...(rate === undefined ? {} : { 'change-rate': plan('change-rate', rate, rate.times) }),
    ...(entropy === undefined ? {} : { entropy: plan('entropy', entropy, entropy.above) }),
  }
}
