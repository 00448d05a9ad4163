import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import type { Table, Value } from './tables.ts'

/** Rows that are held at once. */
const GROUP_ROWS = 100_000
const TYPES = { text: 'STRING', number: 'DOUBLE', boolean: 'BOOLEAN' } as const

/** Writes a table as Parquet, a group of rows at a time: what is not known is null. */
export async function writeParquet(table: Table, path: string): Promise<void> {
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: objects(table),
    columns: table.headers.map((name, index) => ({ name, type: TYPES[table.types[index] ?? 'text'], nullable: true })),
    rowGroupSize: GROUP_ROWS,
    createdBy: 'firedrill',
  })
}

function* objects({ headers, records }: Table): Iterable<Record<string, Value | null>> {
  for (const record of records()) {
    yield Object.fromEntries(headers.map((header, index) => [header, record[index] ?? null]))
  }
}
