/** What a cell of a table holds. */
export type ColumnType = 'text' | 'number' | 'boolean'

/** What a column means: the data dictionary. */
export interface ColumnMeaning {
  readonly type: ColumnType
  readonly about: string
}

const text = (about: string): ColumnMeaning => ({ type: 'text', about })
const number = (about: string): ColumnMeaning => ({ type: 'number', about })
const yesOrNo = (about: string): ColumnMeaning => ({ type: 'boolean', about })

const NATURAL_WORLD = 'Number of the natural world, from 0; the same in every cell'

/** By header; `table.header` where the same word means another thing in one table. */
const MEANINGS: Readonly<Record<string, ColumnMeaning>> = {
  strategy: text('Name of the strategy'),
  topology: text('Name of the topology; base is the scenario as written'),
  hazard: text('Name of the hazard'),
  service: text('Name of the service that was hit'),
  dataset: text('Name of the dataset'),
  store: text('Name of the store'),
  'incidents.store': text('Store that the data was restored from; empty when lost'),
  replication: number('Number of the drill of this hazard, from 0; the same number is the same incident in every cell'),
  history: number('Number of the history of writes and chance failures, from 0; only with experiment.histories'),
  onset_s: number('When the incident began'),
  detected_s: number('When it was noticed'),
  recoveryPoint_s: number('Instant of the consistent cut of the point restored; empty when there was none'),
  rpo_s: number(
    'RPO achieved: from the recovery point to the onset (logical incidents: to the detection); empty when lost',
  ),
  rto_s: number('RTO achieved: from the onset until the service is back; the sum of its phases; empty when lost'),
  rto_detect_s: number('Phase of the RTO: noticing the incident'),
  rto_declare_s: number('Phase of the RTO: deciding to recover'),
  rto_provision_s: number('Phase of the RTO: getting and setting up replacements'),
  rto_retrieve_s: number('Phase of the RTO: making data readable (tape, archive tier)'),
  rto_transfer_s: number('Phase of the RTO: moving data'),
  rto_apply_s: number('Phase of the RTO: replaying logs and merging chains'),
  rto_verify_s: number('Phase of the RTO: checking what was restored'),
  rto_cutOver_s: number('Phase of the RTO: bringing users back'),
  criticalPath: text(
    'The steps that determined the RTO, with their durations; each began when the one before it ended',
  ),
  complete_s: number(
    'From the onset until all data is back; longer than the RTO if the service starts with part of it',
  ),
  failBack_s: number(
    'Time to move back from a standby after the service is back, not part of the RTO; empty if it stays there',
  ),
  failBack_bytes: number('Bytes moved back from a standby'),
  failBack_usd: number('What links charge for moving them back; included in recovery_usd'),
  outcome: text('recovered, degraded (an older or partial point) or lost'),
  'jobs.outcome': text('succeeded, failed, skipped or running (at the horizon)'),
  reason: text('Why it is degraded or lost; if recovered, which copies failed first'),
  'jobs.reason': text('Why it failed or was skipped, or a remark; otherwise empty'),
  'points.reason': text('Rules of the retention policy that keep it at the end; empty when forgotten'),
  detector: text('What raised the alarm: missed-job, failed-verify, full-store, size, change-rate or entropy'),
  'natural-incidents.replication': number(NATURAL_WORLD),
  'natural-alarms.hazard': text('Hazard that had struck when it was raised'),
  'natural-alarms.replication': number(NATURAL_WORLD),
  'alarms.hazard': text('Hazard of the drill in which it was raised; empty in the world without incidents'),
  'alarms.replication': number('Number of the drill; empty in the world without incidents'),
  'alarms.store': text('Name of the store that the job fills or reads'),
  evidence_s: number('What it is about: the start of a backup, or the time at which a job should have run'),
  raised_s: number('When it was raised'),
  heard_s: number('When somebody acted on it; empty if nobody heard of it'),
  afterOnset_s: number('From the onset of the incident behind it until somebody heard of it; empty if there was none'),
  isFalse: yesOrNo('Nothing was wrong: chance, or a job that was only late'),
  cause: text(
    'The incident, why a job had done nothing, what a verify found, or how full a store was; empty of a false alarm',
  ),
  'alarms.reason': text('What it said'),
  response: text('What was done: the recovery began, a hazard ended, it was looked into; or nobody heard of it'),
  deleted_bytes: number(
    'How many bytes of the data of the service the incident deleted; empty if it did something else',
  ),
  lost_bytes: number('Work lost: bytes written after the recovery point; everything when lost'),
  restored_bytes: number('Bytes restored'),
  verified: yesOrNo('The restored tree was compared with the history at the recovery point and is equal'),
  recovery_usd: number(
    'Charges of this recovery: reading stores, traffic in both directions, people, a standby while it serves',
  ),
  penalty_usd: number(
    'Penalty of the service for downtime (including that of moving back from a standby) and lost work; 0 when lost, because that cost is unknown',
  ),
  job: text('Name of the job'),
  kind: text('Kind of job: backup, copy, verify and others'),
  scheduled_s: number('When it was due by the calendar, or after the job before it'),
  started_s: number('When it started; empty when skipped'),
  ended_s: number('When it ended; empty when skipped or still running'),
  read_bytes: number('Bytes read from its source; if the run failed, until then'),
  written_bytes: number('Bytes put into its target store; if the run failed, those that had arrived completely'),
  link: text('Name of the link and its direction'),
  capacity_bytesPerSecond: number('Capacity of the link; Infinity where it has no limit'),
  mean_bytesPerSecond: number('Mean over the time simulated'),
  'traffic.mean_bytesPerSecond': number('Mean over the day'),
  p95_bytesPerSecond: number('95th percentile of five-minute means, as carriers bill'),
  peak_bytesPerSecond: number('Highest rate at any moment'),
  busiest_bytesPerSecond: number('Highest five-minute mean of the day'),
  total_bytes: number('Bytes carried over the time simulated'),
  day: number('Day since the start, from 0'),
  stored_bytes: number('Bytes held at the end of the day'),
  objects: number('Objects held at the end of the day'),
  snapshots: number('Snapshots held at the end of the day'),
  category: text('storage, requests, egress, retrieval, links, equipment or people'),
  item: text('What is paid for'),
  quantity: number('How much was used over the time simulated'),
  unit: text('Unit of the quantity'),
  usdPerUnit: number('Price of one unit'),
  usdPerYear: number('Quantity times price, scaled to a year'),
  cut_s: number('Instant of the consistent cut'),
  durable_s: number('From when the point was durable at this store'),
  forgotten_s: number('When it was forgotten; empty while it is kept'),
  objective_s: number('Objective for the RPO'),
  objectiveMet: number('Share of the time in which the exposure is within the objective'),
  unprotected: number('Share of the time without any recovery point; the statistics cover the rest'),
  mean_s: number('Mean over time'),
  sd_s: number('Standard deviation over time'),
  min_s: number('Smallest'),
  p50_s: number('Median over time'),
  p90_s: number('90th percentile over time'),
  p95_s: number('95th percentile over time'),
  p99_s: number('99th percentile over time'),
  max_s: number('Largest'),
  rule: text('Name of the rule of compliance'),
  requirement: text(
    'What the rule requires: copies, media, offsite, immutable, verified, keep-at-least or keep-at-most; or all of them',
  ),
  share: number('Share of the time in which the whole rule must be met'),
  met: number('Share of the time from the warm-up to the horizon in which it was met; exact'),
  breaches: number('How often it stopped being met, or was not met from the start'),
  longestBreach_s: number('Duration of the longest breach'),
  rate_perYear: number('Incidents of this hazard a year'),
  n: number('Drills'),
  recovered: number('Drills that recovered from the newest point'),
  degraded: number('Drills that recovered from an older or partial point'),
  lost: number('Drills after which nothing could be restored'),
  loss_share: number('Share of the drills that were lost'),
  loss_low: number('Lower end of its 95 % Wilson interval'),
  loss_high: number('Upper end of its 95 % Wilson interval'),
  rpo_mean_s: number('Mean RPO achieved by the drills that were not lost'),
  rpo_low_s: number('Lower end of the 95 % interval of the mean RPO'),
  rpo_high_s: number('Upper end of the 95 % interval of the mean RPO'),
  rpo_p95_s: number('95th percentile of the RPO achieved'),
  rpo_p95_low_s: number('Lower end of the 95 % interval of that percentile, by order statistics'),
  rpo_p95_high_s: number('Upper end of that interval; empty with fewer than 72 drills, which are too few to tell'),
  rpo_max_s: number('Longest RPO achieved'),
  rpo_objective_s: number('Objective for the RPO; empty where there is none'),
  rpo_met: number('Share of the drills that met the objective; a lost one does not'),
  rto_mean_s: number('Mean RTO achieved by the drills that were not lost'),
  rto_low_s: number('Lower end of the 95 % interval of the mean RTO'),
  rto_high_s: number('Upper end of the 95 % interval of the mean RTO'),
  rto_p95_s: number('95th percentile of the RTO achieved'),
  rto_p95_low_s: number('Lower end of the 95 % interval of that percentile, by order statistics'),
  rto_p95_high_s: number('Upper end of that interval; empty with fewer than 72 drills, which are too few to tell'),
  rto_max_s: number('Longest RTO achieved'),
  rto_objective_s: number('Objective for the RTO; empty where there is none'),
  rto_met: number('Share of the drills that met the objective; a lost one does not'),
  meanPenalty_usd: number('Mean penalty and recovery charges of the drills that were not lost'),
  outlay_usdPerYear: number('Outlay of the strategy on this topology'),
  total_usdPerYear: number('Outlay plus, for each hazard, its rate times its mean penalty'),
  file: text('File of the results folder that has the column'),
  column: text('Header of the column'),
  type: text('text, number or boolean'),
  meaning: text('What it means'),
}

/**
 * What a column of a table means.
 * @param table name of the file without its ending: 'incidents'
 */
export function meaningOf(table: string, header: string): ColumnMeaning {
  const inDrills = table.replace(/^natural-/, '')
  const known = MEANINGS[`${table}.${header}`] ?? MEANINGS[`${inDrills}.${header}`] ?? MEANINGS[header]
  if (known !== undefined) return known
  const utc = /^(.+)_utc$/.exec(header)?.[1]
  if (utc !== undefined) {
    return text(meaningOf(table, `${utc}_s`).about)
  }
  const purpose = /^(.+)_bytes$/.exec(header)?.[1]
  if (table === 'links' && purpose !== undefined) return number(`Bytes carried for ${purpose}`)
  const [, code, usd] = inDollars(header) ?? []
  if (code !== undefined && usd !== undefined) return number(`The same in ${code}: ${meaningOf(table, usd).about}`)
  throw new Error(`the data dictionary does not explain ${header} of ${table}`)
}

/** For a column of money in another currency: its code, and the name of the column in US dollars. */
function inDollars(header: string): readonly [header: string, code: string, usd: string] | undefined {
  const [, before = '', code, after = ''] = /^(|.*_)([a-z]{3})(|PerYear|PerUnit)$/.exec(header) ?? []
  const usd = `${before}usd${after}`
  return code === undefined || !(usd in MEANINGS) ? undefined : [header, code.toUpperCase(), usd]
}

/** The unit that a header ends in, in words; empty for what has none. */
export function unitOf(header: string): string {
  if (header.endsWith('_bytesPerSecond')) return 'bytes a second'
  if (header.endsWith('_bytes')) return 'bytes'
  if (header.endsWith('_utc')) return 'UTC, ISO 8601'
  if (['onset_s', 'detected_s', 'recoveryPoint_s', 'cut_s'].includes(header)) return 'seconds since the start'
  if (/^(scheduled|started|ended|durable|forgotten)_s$/.test(header)) return 'seconds since the start'
  if (header.endsWith('_s')) return 'seconds'
  if (/(^|_)usdPerYear$/.test(header)) return 'US dollars a year'
  if (header === 'usdPerUnit') return 'US dollars a unit'
  if (header.endsWith('_usd')) return 'US dollars'
  if (header === 'rate_perYear') return 'a year'
  const [, code, usd] = inDollars(header) ?? []
  if (code !== undefined && usd !== undefined) return unitOf(usd).replace('US dollars', code)
  return ''
}
