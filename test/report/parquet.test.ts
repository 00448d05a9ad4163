import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { writeParquet } from '../../src/report/tables/parquet.ts'
import { tablesOf } from '../../src/report/tables/tables.ts'
import { fixtureResults } from './fixture.ts'
import { scratchFolder } from '../scratch-folder.ts'

const folder = scratchFolder('parquet')

describe('Parquet files', () => {
  it.each(tablesOf(fixtureResults({ replications: 2, days: 3, lossShare: 0.5 })).map((table) => [table.name, table]))(
    '%s: every row reads back with its types, and null for what is not known',
    async (name, table) => {
      const path = join(folder, `${name}.parquet`)
      await writeParquet(table, path)
      const read = await parquetReadObjects({ file: await asyncBufferFromFile(path) })
      const written = [...table.records()].map((record) =>
        Object.fromEntries(table.headers.map((header, index) => [header, record[index] ?? null])),
      )
      expect(read).toEqual(written)
    },
  )
})
