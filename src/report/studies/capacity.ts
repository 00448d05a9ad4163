import type { CapacityPlan } from '../../experiment/capacity/plan.ts'
import type { Results } from '../../experiment/results.ts'
import { linkUse } from '../charts/link-use.ts'
import { withShortNames } from '../charts/drawing/short-names.ts'
import { storageOverTime } from '../charts/storage-over-time.ts'
import { trafficOverTime } from '../charts/traffic-over-time.ts'
import { capacityFindings, capacityNotes, capacityTables } from '../text/capacity-plan.ts'
import { duration } from '../text/human.ts'
import type { TextTable } from '../text/plain-table.ts'
import type { Study } from './study.ts'

/**
 * `firedrill plan` as a page.
 * @param results of the undisturbed worlds that the plan was read off
 * @param more    tables of what else was asked: variants, bandwidths
 */
export function capacityStudy(results: Results, plan: CapacityPlan, more: readonly TextTable[]): Study {
  const { scenario } = results
  const named = withShortNames(results)
  const findings = capacityFindings(plan)
  return {
    title: `${scenario.name}: capacity`,
    about: `${duration(scenario.horizon_s)} of backups, without incidents.`,
    findings:
      findings.length === 0 ? ['Nothing gets too small: no store is full, no window missed, no run failed.'] : findings,
    charts: {
      'storage-over-time': storageOverTime(named),
      'link-use': linkUse(named),
      'traffic-over-time': trafficOverTime(named),
    },
    tables: [...capacityTables(plan), ...more],
    notes: capacityNotes(plan),
  }
}
