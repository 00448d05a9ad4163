import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { RTO_PHASES } from '../experiment/results.ts'
import type { CostRow, IncidentRow, JobRow, LinkRow, Results, StoreRow } from '../experiment/results.ts'

type Value = string | number | boolean | undefined

/** A column of a CSV file: its header, which carries the unit, and its value in a row. */
interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => Value
}

/** A file of rows: RFC 4180, UTF-8, one header line, `\n` at line ends, an empty field for what is not known. */
export interface Table {
  readonly name: string
  readonly headers: readonly string[]
  /** One row after the other; nothing is held. */
  readonly records: () => Iterable<readonly Value[]>
}

/** The CSV files of a results folder. Headers are the names of the fields of results.ts; each has its unit as suffix. */
export function csvTables(results: Results): Table[] {
  const start = results.scenario.start
  return [
    table('incidents.csv', results.incidents, incidentColumns(start)),
    ...(results.naturalIncidents === undefined
      ? []
      : [table('natural-incidents.csv', results.naturalIncidents, incidentColumns(start))]),
    table('jobs.csv', results.jobs, jobColumns(start)),
    table('links.csv', results.links, linkColumns(results.links)),
    table('stores.csv', results.stores, storeColumns),
    table('costs.csv', results.costs, costColumns),
  ]
}

/** Writes a table to a file, row by row. */
export async function writeCsv({ headers, records }: Table, path: string): Promise<void> {
  const rows = Readable.from(records())
  const csv = stringify({ header: true, columns: [...headers], cast: { boolean: String, number: String } })
  await pipeline(rows, csv, createWriteStream(path))
}

function table<Row>(name: string, rows: readonly Row[], columns: readonly Column<Row>[]): Table {
  return {
    name,
    headers: columns.map((column) => column.header),
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
  assert(value === undefined, 'a field of a CSV file is a scalar')
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

function incidentColumns(start: number): Column<IncidentRow>[] {
  return [
    ...fields<IncidentRow>('strategy', 'topology', 'hazard', 'service', 'replication'),
    ...instant<IncidentRow>('onset', start, (row) => row.onset_s),
    ...instant<IncidentRow>('detected', start, (row) => row.detected_s),
    ...instant<IncidentRow>('recoveryPoint', start, (row) => row.recoveryPoint_s),
    ...fields<IncidentRow>('rpo_s', 'rto_s'),
    ...RTO_PHASES.map((phase) => ({ header: `rto_${phase}_s`, value: (row: IncidentRow) => row.phases_s[phase] })),
    ...fields<IncidentRow>('outcome', 'reason', 'store', 'lost_bytes', 'restored_bytes', 'verified'),
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

const storeColumns = fields<StoreRow>('strategy', 'topology', 'store', 'day', 'stored_bytes', 'objects', 'snapshots')

const costColumns = [
  ...fields<CostRow>('strategy', 'topology', 'category', 'item'),
  ...fields<CostRow>('quantity', 'unit', 'usdPerUnit', 'usdPerYear'),
]
