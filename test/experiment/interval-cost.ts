/**
 * What an interval between backups costs, in a scenario and in closed form. A backup costs c in requests; L incidents a year
 * lose P/2 of work each, at v an hour: c·8766/P + L·v·P/2 a year, least at P* = sqrt(2·8766·c/(L·v)).
 */
const HOURS_PER_YEAR = 8766
const PUT_USD = 0.05
/** Requests that a backup of unchanged data makes: it lists what there is, and writes a snapshot and its mark. */
const PUTS_PER_BACKUP = 3
const INCIDENTS_PER_YEAR = 2
const USD_PER_HOUR = 36.525

const text = `
firedrill: 1
name: What an interval costs
start: 2026-01-05T00:00:00Z
horizon: 12 d
topology:
  sites:
    here: { region: nowhere }
    there: { region: nowhere }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    bucket:
      site: there
      kind: object
      read: unlimited
      write: unlimited
      latency: 0 s
      prices: { storage: $0/GB/month, put: $${PUT_USD * 1000}/1000, get: $0/1000, retrieval: $0/GB, egress: $0/GB, minimum-storage: 0 d }
  links:
    line: { between: [here, there], bandwidth: unlimited }
datasets:
  data: { node: computer, size: 1 MB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 24 h, rto: 4 h }, penalty: { loss: $${USD_PER_HOUR}/h } }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
strategies:
  periodic:
    - backup: { dataset: data, to: bucket, type: snapshot, at: every 24 h }
hazards:
  crash: { kind: site, target: here, rate: ${INCIDENTS_PER_YEAR}/year, detection: 0 s }
experiment:
  drills: [crash]
  replications: 60
  warm-up: 2 d
  seed: "1"
`

export const INTERVAL_COST = {
  text,
  /** @param interval_h between backups */
  cost_usdPerYear: (interval_h: number): number =>
    (PUT_USD * PUTS_PER_BACKUP * HOURS_PER_YEAR) / interval_h + (INCIDENTS_PER_YEAR * USD_PER_HOUR * interval_h) / 2,
  /** sqrt(2·8766·0.15/73.05) = 6 h. */
  best_h: Math.round(Math.sqrt((2 * HOURS_PER_YEAR * PUT_USD * PUTS_PER_BACKUP) / (INCIDENTS_PER_YEAR * USD_PER_HOUR))),
}
