import assert from 'node:assert/strict'
import { RTO_PHASES } from '../../experiment/results.ts'
import type {
  AlarmRow,
  ComplianceRow,
  CostRow,
  ExposureRow,
  IncidentRow,
  JobRow,
  LinkRow,
  PointRow,
  Results,
  StoreRow,
  TrafficRow,
} from '../../experiment/results.ts'
import { currencyOf, headerIn } from '../text/currency.ts'
import { US_DOLLARS } from '../text/human.ts'
import type { Currency } from '../text/human.ts'
import { meaningOf, unitOf } from './columns.ts'
import type { ColumnType } from './columns.ts'
import { summaryRows } from './summary-rows.ts'
import type { SummaryRow } from './summary-rows.ts'

export type Value = string | number | boolean | undefined

/** A column of a table: its header, which carries the unit, and its value in a row. */
interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => Value
}

/** A table of rows; undefined stands for what is not known. */
export interface Table {
  /** Name of the file, without its ending. */
  readonly name: string
  readonly headers: readonly string[]
  readonly types: readonly ColumnType[]
  /** One row after the other; nothing is held. */
  readonly records: () => Iterable<readonly Value[]>
}

/** The tables of a results folder. Headers are the names of the fields of results.ts; each has its unit as suffix. */
export function tablesOf(results: Results): Table[] {
  const start = results.scenario.start
  const currency = currencyOf(results.cells)
  const inBoth = <Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] => withCurrency(columns, currency)
  const tables = [
    table('summary', summaryRows(results), inBoth(summaryColumns)),
    table('incidents', results.incidents, inBoth(incidentColumns(start, results.incidents))),
    ...(results.naturalIncidents === undefined
      ? []
      : [
          table(
            'natural-incidents',
            results.naturalIncidents,
            inBoth(incidentColumns(start, results.naturalIncidents)),
          ),
        ]),
    table('jobs', results.jobs, jobColumns(start)),
    table('links', results.links, linkColumns(results.links)),
    table('traffic', results.traffic, trafficColumns),
    table('stores', results.stores, storeColumns),
    table('points', results.points, pointColumns(start)),
    ...(results.alarms === undefined ? [] : [table('alarms', results.alarms, alarmColumns(start))]),
    ...(results.naturalAlarms === undefined
      ? []
      : [table('natural-alarms', results.naturalAlarms, alarmColumns(start))]),
    table('exposures', results.exposures, exposureColumns),
    table('compliance', results.compliance, complianceColumns),
    table('costs', results.costs, inBoth(costColumns)),
  ]
  return [...tables, dictionaryOf(tables)]
}

/** Columns of money once more in another currency, after all others. */
function withCurrency<Row>(columns: readonly Column<Row>[], currency: Currency): readonly Column<Row>[] {
  if (currency.code === US_DOLLARS.code) return columns
  const more = columns.flatMap(({ header, value }): Column<Row>[] => {
    const name = headerIn(currency, header)
    if (name === undefined) return []
    return [
      {
        header: name,
        value: (row) => {
          const usd = value(row)
          return typeof usd === 'number' ? usd / currency.usd : usd
        },
      },
    ]
  })
  return [...columns, ...more]
}

/** The data dictionary: every column of every table. */
function dictionaryOf(tables: readonly Table[]): Table {
  const rows = tables.flatMap(({ name, headers }) => headers.map((header) => ({ name, header })))
  return table('columns', rows, [
    { header: 'file', value: ({ name }) => name },
    { header: 'column', value: ({ header }) => header },
    { header: 'type', value: ({ name, header }) => meaningOf(name, header).type },
    { header: 'unit', value: ({ header }) => unitOf(header) },
    { header: 'meaning', value: ({ name, header }) => meaningOf(name, header).about },
  ])
}

function table<Row>(name: string, rows: readonly Row[], columns: readonly Column<Row>[]): Table {
  const headers = columns.map((column) => column.header)
  return {
    name,
    headers,
    types: headers.map((header) => meaningOf(name, header).type),
    records: function* () {
      for (const row of rows) yield columns.map((column) => column.value(row))
    },
  }
}

/** Columns that are fields of the row, under their own names. */
function fields<Row>(...names: ReadonlyArray<keyof Row & string>): Column<Row>[] {
  return names.map((name) => ({ header: name, value: (row) => scalar(row[name]) }))
}

function scalar(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  assert(value === undefined, 'a field of a table is a scalar')
  return undefined
}

/** Instants are given twice: as seconds since the start for programs, as UTC for people. */
function instant<Row>(name: string, start: number, seconds: (row: Row) => number | undefined): Column<Row>[] {
  return [
    { header: `${name}_s`, value: seconds },
    { header: `${name}_utc`, value: (row) => utc(start, seconds(row)) },
  ]
}

function utc(start: number, seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date((start + seconds) * 1000).toISOString()
}

function incidentColumns(start: number, rows: readonly IncidentRow[]): Column<IncidentRow>[] {
  return [
    ...fields<IncidentRow>('strategy', 'topology', 'hazard', 'service', 'replication'),
    ...(rows.some(({ history }) => history !== undefined) ? fields<IncidentRow>('history') : []),
    ...instant<IncidentRow>('onset', start, (row) => row.onset_s),
    ...instant<IncidentRow>('detected', start, (row) => row.detected_s),
    ...instant<IncidentRow>('recoveryPoint', start, (row) => row.recoveryPoint_s),
    ...fields<IncidentRow>('rpo_s', 'rto_s'),
    ...RTO_PHASES.map((phase) => ({ header: `rto_${phase}_s`, value: (row: IncidentRow) => row.phases_s[phase] })),
    ...fields<IncidentRow>('criticalPath', 'complete_s', 'failBack_s', 'failBack_bytes', 'failBack_usd'),
    ...fields<IncidentRow>('outcome', 'reason', 'store', 'deleted_bytes', 'lost_bytes', 'restored_bytes', 'verified'),
    ...fields<IncidentRow>('recovery_usd', 'penalty_usd'),
  ]
}

function jobColumns(start: number): Column<JobRow>[] {
  return [
    ...fields<JobRow>('strategy', 'topology', 'job', 'kind'),
    ...instant<JobRow>('scheduled', start, (row) => row.scheduled_s),
    ...instant<JobRow>('started', start, (row) => row.started_s),
    ...instant<JobRow>('ended', start, (row) => row.ended_s),
    ...fields<JobRow>('outcome', 'reason', 'read_bytes', 'written_bytes'),
  ]
}

function pointColumns(start: number): Column<PointRow>[] {
  return [
    ...fields<PointRow>('strategy', 'topology', 'dataset', 'store'),
    ...instant<PointRow>('cut', start, (row) => row.cut_s),
    ...instant<PointRow>('durable', start, (row) => row.durable_s),
    ...instant<PointRow>('forgotten', start, (row) => row.forgotten_s),
    ...fields<PointRow>('reason'),
  ]
}

function alarmColumns(start: number): Column<AlarmRow>[] {
  return [
    ...fields<AlarmRow>('strategy', 'topology', 'hazard', 'replication', 'detector', 'job', 'dataset', 'store'),
    ...instant<AlarmRow>('evidence', start, (row) => row.evidence_s),
    ...instant<AlarmRow>('raised', start, (row) => row.raised_s),
    ...instant<AlarmRow>('heard', start, (row) => row.heard_s),
    ...fields<AlarmRow>('afterOnset_s', 'isFalse', 'cause', 'reason', 'response'),
  ]
}

/** One column a purpose that occurs, in alphabetical order, after those that are always there. */
function linkColumns(rows: readonly LinkRow[]): Column<LinkRow>[] {
  const purposes = [...new Set(rows.flatMap((row) => Object.keys(row.byPurpose_bytes)))].sort()
  return [
    ...fields<LinkRow>('strategy', 'topology', 'link', 'capacity_bytesPerSecond', 'mean_bytesPerSecond'),
    ...fields<LinkRow>('p95_bytesPerSecond', 'peak_bytesPerSecond', 'total_bytes'),
    ...purposes.map((purpose) => ({
      header: `${purpose}_bytes`,
      value: (row: LinkRow) => row.byPurpose_bytes[purpose] ?? 0,
    })),
  ]
}

const trafficColumns = [
  ...fields<TrafficRow>('strategy', 'topology', 'link', 'day', 'mean_bytesPerSecond', 'busiest_bytesPerSecond'),
]

const storeColumns = fields<StoreRow>('strategy', 'topology', 'store', 'day', 'stored_bytes', 'objects', 'snapshots')

const exposureColumns = [
  ...fields<ExposureRow>('strategy', 'topology', 'hazard', 'service', 'dataset', 'objective_s', 'objectiveMet'),
  ...fields<ExposureRow>('unprotected', 'mean_s', 'sd_s', 'min_s', 'p50_s', 'p90_s', 'p95_s', 'p99_s', 'max_s'),
]

const complianceColumns = [
  ...fields<ComplianceRow>('strategy', 'topology', 'rule', 'dataset', 'requirement', 'share', 'met'),
  ...fields<ComplianceRow>('breaches', 'longestBreach_s'),
]

const costColumns = [
  ...fields<CostRow>('strategy', 'topology', 'category', 'item'),
  ...fields<CostRow>('quantity', 'unit', 'usdPerUnit', 'usdPerYear'),
]

const summaryColumns = [
  ...fields<SummaryRow>('strategy', 'topology', 'hazard', 'service', 'rate_perYear'),
  ...fields<SummaryRow>('n', 'recovered', 'degraded', 'lost', 'loss_share', 'loss_low', 'loss_high'),
  ...fields<SummaryRow>(
    'rpo_mean_s',
    'rpo_low_s',
    'rpo_high_s',
    'rpo_p95_s',
    'rpo_p95_low_s',
    'rpo_p95_high_s',
    'rpo_max_s',
    'rpo_objective_s',
    'rpo_met',
  ),
  ...fields<SummaryRow>(
    'rto_mean_s',
    'rto_low_s',
    'rto_high_s',
    'rto_p95_s',
    'rto_p95_low_s',
    'rto_p95_high_s',
    'rto_max_s',
    'rto_objective_s',
    'rto_met',
  ),
  ...fields<SummaryRow>('meanPenalty_usd', 'outlay_usdPerYear', 'total_usdPerYear'),
]
