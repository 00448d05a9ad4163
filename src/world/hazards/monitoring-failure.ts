import { beginCondition } from './condition.ts'
import type { ConditionHazard } from './condition.ts'
import type { HazardKind } from './hazard.ts'

/**
 * Alarms are raised and reach nobody: mails bounce, the pager is off. Hazards are then detected only when they show by
 * themselves.
 */
export interface MonitoringFailureHazard extends ConditionHazard {
  readonly kind: 'monitoring-failure'
  /** A site: affects the jobs that run there. */
  readonly target: string
}

export const monitoringFailure: HazardKind<MonitoringFailureHazard> = {
  kind: 'monitoring-failure',
  hits: () => 'protection',
  strike: beginCondition,
}
