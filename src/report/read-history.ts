import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { HistoryError } from '../experiment/capacity/forecast.ts'
import type { Measurement } from '../experiment/capacity/forecast.ts'
import { parseSize } from '../scenario/quantities/units.ts'

const TIMES = ['time', 'date', 'day', 'timestamp']
const SIZES = ['bytes', 'stored_bytes', 'used_bytes', 'size', 'used']

/**
 * Reads a history of a store from CSV: a column with instants (ISO 8601, or seconds since 1970) and one with sizes (bytes,
 * or with a unit: '1.2 TB').
 * @throws HistoryError
 */
export async function readHistory(path: string): Promise<Measurement[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new HistoryError(`${path} cannot be read; expected a CSV file with the columns time and bytes`)
  }
  return parseHistory(text, path)
}

/** @param path for messages */
export function parseHistory(text: string, path: string): Measurement[] {
  const rows: Record<string, string>[] = parse(text, { columns: true, trim: true, skip_empty_lines: true })
  const headers = Object.keys(rows[0] ?? {})
  const timeColumn = columnOf(TIMES, headers, path)
  const sizeColumn = columnOf(SIZES, headers, path)
  return rows.map((row, k) => {
    const line = k + 2
    return { time: timeOf(row[timeColumn] ?? '', path, line), bytes: bytesOf(row[sizeColumn] ?? '', path, line) }
  })
}

function columnOf(known: readonly string[], headers: readonly string[], path: string): string {
  const found = headers.find((header) => known.includes(header.toLowerCase()))
  if (found !== undefined) return found
  throw new HistoryError(
    `${path}:1  no column named ${known.join(', ')}; there are ${headers.length === 0 ? 'none' : headers.join(', ')}`,
  )
}

function timeOf(text: string, path: string, line: number): number {
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (Number.isFinite(time)) return time
  throw new HistoryError(`${path}:${line}  '${text}' is not an instant; expected 2026-01-05 or seconds since 1970`)
}

function bytesOf(text: string, path: string, line: number): number {
  const parsed = parseSize(text)
  if ('value' in parsed) return parsed.value
  throw new HistoryError(`${path}:${line}  ${parsed.problem}; expected bytes, or a size such as 1.2 TB`)
}
