import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeCsv } from '../../src/report/tables/csv.ts'
import { tablesOf } from '../../src/report/tables/tables.ts'
import { fixtureResults } from './fixture.ts'
import { scratchFolder } from '../scratch-folder.ts'

const folder = scratchFolder('csv')

async function written(name: string, results = fixtureResults({ replications: 4, days: 4 })): Promise<string> {
  const table = tablesOf(results).find((each) => `${each.name}.csv` === name)
  await writeCsv(table!, join(folder, name))
  return readFile(join(folder, name), 'utf8')
}

describe('CSV files', () => {
  it.each([
    'summary.csv',
    'incidents.csv',
    'jobs.csv',
    'links.csv',
    'traffic.csv',
    'stores.csv',
    'points.csv',
    'exposures.csv',
    'costs.csv',
    'columns.csv',
  ])('%s', async (name) => {
    await expect(await written(name)).toMatchFileSnapshot(`golden/${name}`)
  })

  it('leaves fields empty that are not known: a lost incident has no recovery point, RPO, RTO and store', async () => {
    const text = await written('incidents.csv', fixtureResults({ replications: 4, lossShare: 1 }))
    const [header, ...rows] = text.trimEnd().split('\n')
    const lost = rows.find((row) => row.includes(',lost,'))!.split(',')
    const field = (name: string): string => lost[header!.split(',').indexOf(name)]!
    expect(['recoveryPoint_s', 'recoveryPoint_utc', 'rpo_s', 'rto_s', 'store'].map(field)).toEqual(['', '', '', '', ''])
    expect(field('verified')).toBe('false')
    expect(field('lost_bytes')).toBe('2000000000000')
  })

  it('quotes what needs it', async () => {
    expect(await written('jobs.csv')).toContain(',failed,"store nas, ""spare"" disk: out of space",')
  })

  it('writes numbers so that they read back to the same double', async () => {
    const results = fixtureResults({ replications: 4, days: 1 })
    const text = await written('incidents.csv', results)
    const [header, ...rows] = text.trimEnd().split('\n')
    const column = header!.split(',').indexOf('onset_s')
    expect(rows.map((row) => Number(row.split(',')[column]))).toEqual(results.incidents.map((row) => row.onset_s))
  })

  it('has phases that add up to the RTO in every row', async () => {
    const text = await written('incidents.csv')
    const [header, ...rows] = text.trimEnd().split('\n')
    const names = header!.split(',')
    const phases = names.filter((name) => /^rto_.+_s$/.test(name))
    expect(phases).toHaveLength(8)
    for (const row of rows) {
      const fields = row.split(',')
      if (fields[names.indexOf('rto_s')] === '') continue
      const sum = phases.reduce((total, name) => total + Number(fields[names.indexOf(name)]), 0)
      expect(sum).toBeCloseTo(Number(fields[names.indexOf('rto_s')]), 6)
    }
  })
})
