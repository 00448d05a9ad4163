import type {
  Cell,
  CostRow,
  HazardSummary,
  IncidentRow,
  JobRow,
  LinkRow,
  ExposureRow,
  PointRow,
  Results,
  StoreRow,
  TrafficRow,
} from '../../src/experiment/results.ts'
import { RTO_PHASES } from '../../src/experiment/results.ts'
import { proportion, summarise } from '../../src/experiment/statistics/statistics.ts'
import { randomStream } from '../../src/kernel/index.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const GB = 1e9
const HORIZON_S = 365 * DAY

export const FIXTURE_STRATEGIES = ['weekly-full-daily-incremental', 'nightly-321']
export const FIXTURE_TOPOLOGIES = ['base', 'wan-1g']
export const FIXTURE_HAZARDS = ['office-fire', 'deleted-folder', 'ransomware']
const RATES: Record<string, number> = { 'office-fire': 0.002, 'deleted-folder': 1.5, ransomware: 0.05 }

export interface FixtureOptions {
  readonly replications?: number
  readonly strategies?: readonly string[]
  readonly topologies?: readonly string[]
  readonly hazards?: readonly string[]
  readonly name?: string
  /** Days of the rows of jobs and stores. */
  readonly days?: number
  /** Share of the ransomware incidents of the first strategy that lose everything. */
  readonly lossShare?: number
}

/** Results of the shape and size that a small office gives: invented numbers, but of one piece with one another. */
export function fixtureResults(options: FixtureOptions = {}): Results {
  const { replications = 30, strategies = FIXTURE_STRATEGIES, topologies = FIXTURE_TOPOLOGIES } = options
  const hazards = options.hazards ?? FIXTURE_HAZARDS
  const cells: Cell[] = []
  const rows = {
    incidents: [] as IncidentRow[],
    jobs: [] as JobRow[],
    links: [] as LinkRow[],
    traffic: [] as TrafficRow[],
    stores: [] as StoreRow[],
    points: [] as PointRow[],
    exposures: [] as ExposureRow[],
    costs: [] as CostRow[],
  }
  for (const [s, strategy] of strategies.entries()) {
    for (const [t, topology] of topologies.entries()) {
      const incidents = hazards.flatMap((hazard) =>
        Array.from({ length: replications }, (_, replication) =>
          incident({
            strategy,
            topology,
            hazard,
            replication,
            replications,
            s,
            t,
            lossShare: options.lossShare ?? 0.1,
          }),
        ),
      )
      const links = linkRows(strategy, topology, s, t)
      const stores = storeRows(strategy, topology, s, options.days ?? 365)
      const costs = costRows(strategy, topology, s, t)
      cells.push(cellOf(strategy, topology, hazards, incidents, links, stores, costs))
      rows.incidents.push(...incidents)
      rows.links.push(...links)
      rows.traffic.push(...trafficRows(links, options.days ?? 365))
      rows.stores.push(...stores)
      rows.points.push(...pointRows(strategy, topology, s, options.days ?? 365))
      rows.costs.push(...costs)
      rows.jobs.push(...jobRows(strategy, topology, s, options.days ?? 365))
    }
  }
  return {
    scenario: {
      id: 'smb-321',
      name: options.name ?? 'Small office, three copies',
      start: Date.parse('2026-01-05T00:00:00Z') / 1000,
      horizon_s: Math.max(HORIZON_S, (options.days ?? 0) * DAY),
    },
    compliance: [],
    seed: '20260105',
    replications,
    cells,
    ...rows,
    assumptions: [
      {
        subject: 'stores.s3.prices',
        value: 's3-standard-ia us-east-1: $0.0125/GB-month',
        source: 'AWS S3 pricing page',
        mark: 'source',
        date: '2026-10-30',
      },
      {
        subject: 'hazards.ransomware.dwell',
        value: 'lognormal, median 6 d, p90 29 d',
        source: 'M-Trends 2025 <https://example.org/?a=1&b=2>',
        mark: 'second-hand',
        date: '2025-04',
      },
      { subject: 'hazards.office-fire.rate', value: '0.002/year', source: 'scenario', mark: 'scenario', date: '' },
    ],
    warnings: ["links.wan: the throttle calendar has no entry for Sunday; 'unthrottled' is assumed"],
    weakSpots: [
      `strategy ${options.strategies?.[0] ?? 'weekly-full-daily-incremental'}: every copy of documents (nas) is at office, as documents itself: a fire there would leave nothing`,
    ],
    digest: '5ca1ab1e'.repeat(8),
  }
}

interface IncidentPlan {
  strategy: string
  topology: string
  hazard: string
  replication: number
  replications: number
  s: number
  t: number
  lossShare: number
}

function incident({
  strategy,
  topology,
  hazard,
  replication,
  replications,
  s,
  t,
  lossShare,
}: IncidentPlan): IncidentRow {
  // The instant is the same for all strategies and topologies, as in an experiment.
  const when = randomStream(['fixture', hazard, replication])
  const random = randomStream(['fixture', hazard, replication, s])
  const onset_s = 30 * DAY + (replication + when.uniform()) * ((HORIZON_S - 30 * DAY) / replications)
  const logical = hazard !== 'office-fire'
  const dwell_s =
    hazard === 'ransomware' ? (1 + 20 * when.uniform()) * DAY : logical ? when.uniform() * 20 * HOUR : 0.25 * HOUR
  const detected_s = onset_s + dwell_s
  const point = Math.floor((onset_s - 22 * HOUR) / DAY) * DAY + 22 * HOUR
  const lost = hazard === 'ransomware' && s === 0 && random.uniform() < lossShare
  const degraded = !lost && hazard === 'ransomware' && random.uniform() < 0.2
  const recoveryPoint_s = degraded ? point - 7 * DAY : point
  const transfer_s =
    hazard === 'office-fire' ? (2e12 * (s === 0 ? 1.3 : 1)) / (t === 0 ? 11e6 : 100e6) : 900 + 3000 * random.uniform()
  const phases_s = {
    detect: dwell_s,
    declare: 0.5 * HOUR,
    provision: hazard === 'office-fire' ? 2 * DAY : 0,
    retrieve: 0,
    transfer: transfer_s,
    apply: s === 0 ? 600 * random.uniform() : 0,
    verify: 0.1 * transfer_s,
    cutOver: 600,
  }
  const rto_s = RTO_PHASES.reduce((sum, phase) => sum + phases_s[phase], 0)
  const rpo_s = (logical ? detected_s : onset_s) - recoveryPoint_s
  const lost_bytes = lost ? 2000 * GB : (rpo_s / DAY) * 20 * GB
  return {
    strategy,
    topology,
    hazard,
    service: 'file-share',
    replication,
    onset_s,
    detected_s,
    recoveryPoint_s: lost ? undefined : recoveryPoint_s,
    rpo_s: lost ? undefined : rpo_s,
    rto_s: lost ? undefined : rto_s,
    phases_s: lost ? { ...phases_s, transfer: 0, apply: 0, verify: 0, cutOver: 0 } : phases_s,
    criticalPath: 'declare 30 min → transfer documents 1 h',
    complete_s: lost ? undefined : rto_s,
    failBack_s: undefined,
    failBack_bytes: 0,
    failBack_usd: 0,
    outcome: lost ? 'lost' : degraded ? 'degraded' : 'recovered',
    reason: lost
      ? 'every copy was deleted with the credential of nas'
      : degraded
        ? 'newest clean point is a week older'
        : '',
    store: lost ? undefined : hazard === 'office-fire' ? 's3' : 'nas',
    deleted_bytes: undefined,
    lost_bytes,
    restored_bytes: lost ? 0 : 2000 * GB,
    verified: !lost,
    recovery_usd: hazard === 'office-fire' ? 2000 * 0.1 : 0,
    penalty_usd: lost ? 0 : (rto_s / HOUR) * 500 + (rpo_s / HOUR) * 200,
  }
}

function linkRows(strategy: string, topology: string, s: number, t: number): LinkRow[] {
  const wan = t === 0 ? 12.5e6 : 125e6
  const link = (name: string, capacity: number, perDay_bytes: number, purposes: Record<string, number>): LinkRow => ({
    strategy,
    topology,
    link: name,
    capacity_bytesPerSecond: capacity,
    mean_bytesPerSecond: perDay_bytes / DAY,
    p95_bytesPerSecond: Math.min(capacity * 0.98, (perDay_bytes / DAY) * 6),
    peak_bytesPerSecond: Math.min(capacity, (perDay_bytes / DAY) * 60),
    total_bytes: perDay_bytes * 365,
    byPurpose_bytes: Object.fromEntries(
      Object.entries(purposes).map(([purpose, share]) => [purpose, share * perDay_bytes * 365]),
    ),
  })
  const backup = s === 0 ? 300 * GB : 14 * GB
  return [
    link('lan (files→nas)', 125e6, backup, { backup: 1 }),
    link('lan (nas→files)', 125e6, 2 * GB, { verify: 1 }),
    link('wan (office→cloud)', wan, s === 0 ? 90 * GB : 14.5 * GB, { copy: 0.97, prune: 0.03 }),
    link('wan (cloud→office)', wan, 0.7 * GB, { verify: 1 }),
  ]
}

/** Nights are busy, the first of them busiest: the first backup reads everything. */
function trafficRows(links: readonly LinkRow[], days: number): TrafficRow[] {
  return links.flatMap(({ strategy, topology, link, mean_bytesPerSecond, p95_bytesPerSecond, peak_bytesPerSecond }) =>
    Array.from({ length: days }, (_, day) => ({
      strategy,
      topology,
      link,
      day,
      mean_bytesPerSecond: day === 0 ? 0.9 * peak_bytesPerSecond : mean_bytesPerSecond * (0.9 + 0.05 * (day % 5)),
      busiest_bytesPerSecond: day === 0 ? peak_bytesPerSecond : p95_bytesPerSecond * (0.8 + 0.1 * (day % 7)),
    })),
  )
}

/** Daily points, of which the last seven and one of each of the last four weeks are kept. */
function pointRows(strategy: string, topology: string, s: number, days: number): PointRow[] {
  return (s === 0 ? ['s3'] : ['nas', 's3']).flatMap((store) =>
    Array.from({ length: days }, (_, day) => {
      const age_d = days - 1 - day
      const reasons = [...(age_d < 7 ? ['daily'] : []), ...(age_d % 7 === 0 && age_d < 28 ? ['weekly'] : [])]
      const cut_s = day * DAY + 22 * HOUR
      return {
        strategy,
        topology,
        dataset: 'documents',
        store,
        cut_s,
        durable_s: cut_s + (store === 'nas' ? 0.4 * HOUR : 2 * HOUR),
        forgotten_s: reasons.length > 0 ? undefined : (day + 8) * DAY + 22.5 * HOUR,
        reason: reasons.join(', '),
      }
    }),
  )
}

function storeRows(strategy: string, topology: string, s: number, days: number): StoreRow[] {
  const rows: StoreRow[] = []
  for (let day = 0; day < days; day += 1) {
    const sawtooth = s === 0 ? (day % 28) * 40 * GB : 0
    const stored_bytes = 1250 * GB + 9 * GB * Math.min(day, 120) + 0.7 * GB * day + sawtooth
    for (const store of ['nas', 's3']) {
      rows.push({
        strategy,
        topology,
        store,
        day,
        stored_bytes: store === 'nas' ? stored_bytes : 0.9 * stored_bytes,
        objects: Math.round(stored_bytes / 16e6),
        snapshots: Math.min(day, 23),
      })
    }
  }
  return rows
}

function costRows(strategy: string, topology: string, s: number, t: number): CostRow[] {
  const row = (
    category: CostRow['category'],
    item: string,
    quantity: number,
    unit: string,
    usdPerUnit: number,
  ): CostRow => ({ strategy, topology, category, item, quantity, unit, usdPerUnit, usdPerYear: quantity * usdPerUnit })
  return [
    row('equipment', 'nas', 1, 'years', 900),
    row('storage', 's3 stored', s === 0 ? 29_400 : 24_100, 'GB-months', 0.0125),
    row('requests', 's3 PUT, LIST', s === 0 ? 2_100_000 : 340_000, 'requests', 1e-5),
    row('requests', 's3 GET', 41_000, 'requests', 4e-7),
    row('egress', 's3', 255, 'GB', 0.09),
    row('retrieval', 's3', 255, 'GB', 0.01),
    row('links', 'wan', 12, 'months', t === 0 ? 60 : 250),
  ]
}

function jobRows(strategy: string, topology: string, s: number, days: number): JobRow[] {
  const rows: JobRow[] = []
  for (let day = 0; day < days; day += 1) {
    const full = s === 0 && day % 7 === 6
    const scheduled_s = day * DAY + 22 * HOUR
    const failed = day % 97 === 2
    rows.push({
      strategy,
      topology,
      job: full ? 'backup full' : 'backup',
      kind: 'backup',
      scheduled_s,
      started_s: scheduled_s,
      ended_s: scheduled_s + (full ? 5 * HOUR : 0.4 * HOUR),
      outcome: failed ? 'failed' : 'succeeded',
      reason: failed ? 'store nas, "spare" disk: out of space' : '',
      read_bytes: full ? 2000 * GB : 20 * GB,
      written_bytes: full ? 1250 * GB : 14 * GB,
    })
  }
  return rows
}

function cellOf(
  strategy: string,
  topology: string,
  hazards: readonly string[],
  incidents: readonly IncidentRow[],
  links: readonly LinkRow[],
  stores: readonly StoreRow[],
  costs: readonly CostRow[],
): Cell {
  const summaries = hazards.map((hazard): HazardSummary => {
    const rows = incidents.filter((row) => row.hazard === hazard)
    const kept = rows.filter((row) => row.outcome !== 'lost')
    const objectives = { rpo_s: 24 * HOUR, rto_s: 72 * HOUR }
    const of = (outcome: IncidentRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length
    return {
      hazard,
      service: 'file-share',
      n: rows.length,
      recovered: of('recovered'),
      degraded: of('degraded'),
      lost: of('lost'),
      rate_perYear: RATES[hazard] ?? 0.1,
      rpo: summarise(kept.map((row) => row.rpo_s!)),
      rto: summarise(kept.map((row) => row.rto_s!)),
      objectives,
      rpoMet: proportion(rows.filter((row) => (row.rpo_s ?? Infinity) <= objectives.rpo_s).length, rows.length),
      rtoMet: proportion(rows.filter((row) => (row.rto_s ?? Infinity) <= objectives.rto_s).length, rows.length),
      lossProbability: proportion(of('lost'), rows.length),
      expectedLost_bytes: mean(rows.map((row) => row.lost_bytes)),
      meanPenalty_usd: mean(kept.map((row) => row.penalty_usd + row.recovery_usd)),
    }
  })
  const kept = incidents.filter((row) => row.outcome !== 'lost')
  const byCategory: Record<string, number> = {}
  for (const row of costs) byCategory[row.category] = (byCategory[row.category] ?? 0) + row.usdPerYear
  const outlay_usdPerYear = costs.reduce((sum, row) => sum + row.usdPerYear, 0)
  const penalty_usdPerYear = summaries.reduce((sum, row) => sum + row.rate_perYear * row.meanPenalty_usd, 0)
  const loss = proportion(incidents.length - kept.length, incidents.length)
  return {
    strategy,
    topology,
    rpo: summarise(kept.map((row) => row.rpo_s!)),
    rto: summarise(kept.map((row) => row.rto_s!)),
    compliance: [],
    objectiveMet: summaries.every((row) => row.lost === 0 && row.rpoMet.share === 1 && row.rtoMet.share === 1),
    loss: { probability: loss.share, ci95: loss.ci95, expected_bytes: mean(incidents.map((row) => row.lost_bytes)) },
    hazards: summaries,
    bandwidth: links,
    storage: ['nas', 's3'].map((store) => {
      const sizes = stores.filter((row) => row.store === store).map((row) => row.stored_bytes)
      return {
        store,
        end_bytes: sizes.at(-1)!,
        peak_bytes: Math.max(...sizes),
        capacity_bytes: store === 'nas' ? 4000 * GB : Infinity,
      }
    }),
    cost: {
      outlay_usdPerYear,
      penalty_usdPerYear,
      total_usdPerYear: outlay_usdPerYear + penalty_usdPerYear,
      byCategory_usdPerYear: { ...byCategory, penalty: penalty_usdPerYear },
    },
  }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
