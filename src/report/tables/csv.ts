import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { Table } from './tables.ts'

/**
 * Writes a table, row by row: RFC 4180, UTF-8, one header line, `\n` at line ends, an empty field for what is not known.
 * @param output a path, or a stream that is left open
 */
export async function writeCsv({ headers, records }: Table, output: string | NodeJS.WritableStream): Promise<void> {
  const rows = Readable.from(records())
  const csv = stringify({ header: true, columns: [...headers], cast: { boolean: String, number: String } })
  if (typeof output === 'string') await pipeline(rows, csv, createWriteStream(output))
  else await pipeline(rows, csv, output, { end: false })
}
