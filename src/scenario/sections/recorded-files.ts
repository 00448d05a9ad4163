import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { nameBytes } from '../../adapters/virtual/index.ts'
import type { RecordedChange, RecordedChanges, ScannedFile } from '../../adapters/virtual/index.ts'
import { didYouMean } from '../document/nearest-word.ts'
import { parseQuantity } from '../quantities/units.ts'

const DAY_S = 86_400
const OPERATIONS = ['write', 'append', 'copy', 'rename', 'delete'] as const
const SCAN_COLUMNS = ['path', 'bytes', 'mtime']
const LOG_COLUMNS = ['time', 'operation', 'path']

/** A file that was recorded on a real system and cannot be understood; the message names it, and the line. */
export class RecordedFileError extends Error {
  override readonly name = 'RecordedFileError'
}

interface Row {
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

/**
 * Reads what `firedrill scan` wrote: one line for each file, with its path, size and time of change.
 * @param shown the path as the user wrote it
 * @throws RecordedFileError
 */
export function readScan(path: string, shown: string): ScannedFile[] {
  const rows = rowsOf(path, shown, SCAN_COLUMNS, 'a scan, which firedrill scan DIRECTORY writes')
  return rows.map(({ line, cells }) => ({
    path: pathOf(cells['path'], shown, line),
    bytes: bytesOf(cells['bytes'], shown, line),
    mtime: instantOf(cells['mtime'], shown, line),
  }))
}

/**
 * Reads a change log: one line for each change of a file, in any order. The recording begins at midnight (UTC) of its
 * first day and repeats after a whole number of days, so that the time of day of each change is kept.
 * @param start of the scenario, seconds since 1970
 * @throws RecordedFileError
 */
export function readChangeLog(path: string, shown: string, start: number): RecordedChanges {
  const rows = rowsOf(
    path,
    shown,
    LOG_COLUMNS,
    'a change log with the columns time, operation, path, bytes, offset, to',
  )
  const dated = rows.map(({ line, cells }) => ({
    time: instantOf(cells['time'], shown, line),
    change: changeOf(cells, shown, line),
  }))
  const times = dated.map(({ time }) => time)
  const first = times.reduce((a, b) => Math.min(a, b), Infinity)
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity)
  const began = Math.floor(first / DAY_S) * DAY_S
  const period_s = Math.max(1, Math.ceil((last - began + 1) / DAY_S)) * DAY_S
  // The scenario may start at any time of day: the recording then starts at that time of its first day.
  const timeOfDay = start - Math.floor(start / DAY_S) * DAY_S
  const changes = dated.map(({ time, change }) => {
    const since_s = time - began - timeOfDay
    return { ...change, time_s: since_s < 0 ? since_s + period_s : since_s }
  })
  return { period_s, changes: changes.toSorted((a, b) => a.time_s - b.time_s) }
}

/**
 * Derives the changes between successive scans of the same directory. A file that disappeared while one of the same
 * size and time of change appeared was renamed. A change happened at the file's time of change where that lies between
 * the scans, a scan being as late as its youngest file; otherwise at the later scan.
 * @param every_s time between two scans
 * @param modified_share share of a file that is new data when its size or its time of change differs
 */
export function changesBetween(
  scans: readonly (readonly ScannedFile[])[],
  every_s: number,
  modified_share: number,
): RecordedChanges {
  const period_s = every_s * (scans.length - 1)
  const changes: RecordedChange[] = []
  for (const [at, later] of scans.slice(1).entries()) {
    const earlier = new Map(scans[at]!.map((file) => [file.path, file]))
    const scanned = later.reduce((youngest, { mtime }) => Math.max(youngest, mtime), 0)
    // The last instant of the period itself belongs to the next round.
    const end_s = (at + 1) * every_s - 1e-3
    const instantOfChange = ({ mtime }: ScannedFile): number =>
      scanned - mtime < every_s ? Math.max(at * every_s, end_s - (scanned - mtime)) : end_s
    const arrived: ScannedFile[] = []
    for (const file of later) {
      const before = earlier.get(file.path)
      earlier.delete(file.path)
      if (before === undefined) arrived.push(file)
      else if (before.bytes !== file.bytes || before.mtime !== file.mtime) {
        const { path, bytes } = file
        changes.push({ time_s: instantOfChange(file), operation: 'write', path, bytes, share: modified_share })
      }
    }
    const departed = new Map([...earlier.values()].map((file) => [`${file.bytes} ${file.mtime}`, file]))
    for (const file of arrived) {
      const alike = file.bytes > 0 ? departed.get(`${file.bytes} ${file.mtime}`) : undefined
      if (alike === undefined) {
        changes.push({ time_s: instantOfChange(file), operation: 'write', path: file.path, bytes: file.bytes })
      } else {
        changes.push({ time_s: end_s, operation: 'rename', path: alike.path, to: file.path })
        departed.delete(`${alike.bytes} ${alike.mtime}`)
        earlier.delete(alike.path)
      }
    }
    for (const path of earlier.keys()) changes.push({ time_s: end_s, operation: 'delete', path })
  }
  return { period_s, changes: changes.toSorted((a, b) => a.time_s - b.time_s) }
}

function rowsOf(path: string, shown: string, columns: readonly string[], expected: string): Row[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new RecordedFileError(
      missing ? `there is no file ${shown}; expected ${expected}` : `${shown} cannot be read; expected ${expected}`,
    )
  }
  let records: { record: Record<string, string>; info: { lines: number } }[]
  try {
    records = parse(text, { bom: true, columns: true, trim: true, skip_empty_lines: true, info: true })
  } catch (error) {
    throw new RecordedFileError(`${shown} is not CSV: ${error instanceof Error ? error.message : String(error)}`)
  }
  const found = Object.keys(records[0]?.record ?? {})
  if (records.length === 0) throw new RecordedFileError(`${shown} has no lines; expected ${expected}`)
  for (const column of columns) {
    if (found.includes(column)) continue
    throw new RecordedFileError(
      `${shown}:1  no column named ${column}; there are ${found.join(', ')}; expected ${expected}`,
    )
  }
  return records.map(({ record, info }) => ({ line: info.lines, cells: record }))
}

function changeOf(cells: Row['cells'], shown: string, line: number): Omit<RecordedChange, 'time_s'> {
  const written = cells['operation'] ?? ''
  const operation = OPERATIONS.find((each) => each === written)
  if (operation === undefined) {
    const near = didYouMean(written, OPERATIONS)
    throw new RecordedFileError(
      `${shown}:${line}  '${written}' is not an operation; expected ${OPERATIONS.join(', ')}${near}`,
    )
  }
  const change = { operation, path: pathOf(cells['path'], shown, line) }
  if (operation === 'delete') return change
  if (operation === 'rename' || operation === 'copy') return { ...change, to: pathOf(cells['to'], shown, line, 'to') }
  const bytes = bytesOf(cells['bytes'], shown, line)
  const offset = cells['offset'] ?? ''
  return { ...change, bytes, ...(offset === '' ? {} : { offset: bytesOf(offset, shown, line) }) }
}

function pathOf(text: string | undefined, shown: string, line: number, column = 'path'): string {
  const names = (text ?? '').split('/').filter((name) => name !== '' && name !== '.')
  if (names.length === 0 || names.includes('..')) {
    throw new RecordedFileError(
      `${shown}:${line}  ${column} is '${text ?? ''}'; expected a path relative to the directory, such as a/b.txt`,
    )
  }
  return nameBytes(names.join('/'))
}

function bytesOf(text: string | undefined, shown: string, line: number): number {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text)
  const parsed = parseQuantity(text ?? '', 'bytes')
  if ('value' in parsed) return Math.round(parsed.value)
  throw new RecordedFileError(
    `${shown}:${line}  ${parsed.problem}; expected a number of bytes, or a size such as 1.2 MB`,
  )
}

function instantOf(text: string | undefined, shown: string, line: number): number {
  const time = text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text ?? '') / 1000
  if (Number.isFinite(time)) return time
  throw new RecordedFileError(
    `${shown}:${line}  '${text ?? ''}' is not an instant; expected 2026-01-05T09:30:00Z or seconds since 1970`,
  )
}
