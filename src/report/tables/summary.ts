import type { Results } from '../../experiment/results.ts'

/** What summary.json and `--json` hold: everything but the rows, which are in the CSV files beside it. */
export type ResultsSummary = Omit<
  Results,
  | 'incidents'
  | 'naturalIncidents'
  | 'alarms'
  | 'naturalAlarms'
  | 'jobs'
  | 'links'
  | 'traffic'
  | 'stores'
  | 'points'
  | 'costs'
>

/**
 * The shape of summary.json:
 * - `scenario`: id, name, `start` (seconds since 1970, UTC), `horizon_s`; `seed`; `replications` (drills of each hazard in
 *   each cell); `digest` (SHA-256 of all results, rows included).
 * - `cells[]`: one entry a strategy × topology. `rpo` and `rto` are statistics in seconds over the incidents that were
 *   not lost (n, mean, sd, min, p50, p90, p95, p99, max, ci95 of the mean), absent when all were lost; `objectiveMet`;
 *   `loss`; `hazards[]` the same for each hazard and service with the objectives and the shares that met them;
 *   `alarms[]` a detector: how often it raised an alarm, how often a false one, how many drills it made known, and how soon;
 *   `bandwidth[]` a link and direction; `storage[]` a store; `cost` in US dollars a year.
 * - `assumptions[]` with source, mark and date; `warnings[]`; `weakSpots[]`, what is wrong with the plans by themselves.
 * A number that is not finite (an interval of one observation, the capacity of a link without limit) is null, as JSON has
 * no other word for it.
 */
export function summaryOf(results: Results): ResultsSummary {
  const { incidents: _, naturalIncidents: _natural, jobs: _jobs, links: _links, traffic: _traffic, ...rest } = results
  const {
    stores: _stores,
    points: _points,
    alarms: _alarms,
    naturalAlarms: _naturalAlarms,
    costs: _costs,
    ...summary
  } = rest
  return summary
}
