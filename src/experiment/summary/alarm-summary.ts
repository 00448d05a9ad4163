import type { AlarmRow, AlarmSummary, IncidentRow } from '../results.ts'
import { BEGAN_RECOVERY } from '../../strategy/index.ts'

const YEAR_S = 365.25 * 86_400

/** How often each detector was right, in the undisturbed world and in drills. */
export function summariseAlarms(
  rows: readonly AlarmRow[],
  incidents: readonly IncidentRow[],
  horizon_s: number,
): AlarmSummary[] {
  const drills = new Set(incidents.map(({ hazard, replication }) => JSON.stringify([hazard, replication]))).size
  return [...Map.groupBy(rows, ({ detector }) => detector)].map(([detector, own]) => {
    const undisturbed = own.filter(({ hazard }) => hazard === undefined)
    const found = own.filter(({ response }) => response === BEGAN_RECOVERY)
    return {
      detector,
      raised_perYear: undisturbed.length / (horizon_s / YEAR_S),
      false_perYear: undisturbed.filter(({ isFalse }) => isFalse).length / (horizon_s / YEAR_S),
      unheard: own.filter(({ heard_s }) => heard_s === undefined).length / own.length,
      found: found.length,
      drills,
      afterOnset_s:
        found.length === 0
          ? undefined
          : found.reduce((sum, { afterOnset_s = 0 }) => sum + afterOnset_s, 0) / found.length,
    }
  })
}
