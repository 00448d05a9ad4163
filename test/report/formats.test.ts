import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { FORMATS, summaryOf } from '../../src/report/index.ts'
import type { Format } from '../../src/report/index.ts'
import { fixtureResults } from './fixture.ts'

const results = fixtureResults({ replications: 5, days: 5 })

async function printed(format: Format, of = results): Promise<string> {
  const output = new PassThrough()
  const all = text(output)
  await FORMATS[format](of, output)
  output.end()
  return all
}

describe('results on stdout', () => {
  it('json is summary.json', async () => {
    expect(JSON.parse(await printed('json'))).toEqual(JSON.parse(JSON.stringify(summaryOf(results))))
  })

  it('csv has a row a strategy, topology, hazard and service, with the numbers of the summary', async () => {
    const rows: Record<string, string>[] = parse(await printed('csv'), { columns: true })
    expect(rows).toHaveLength(2 * 2 * 3)
    const [cell] = results.cells
    expect(rows[0]).toMatchObject({
      strategy: cell!.strategy,
      topology: cell!.topology,
      hazard: 'office-fire',
      rpo_mean_s: String(cell!.hazards[0]!.rpo!.mean),
      total_usdPerYear: String(cell!.cost.total_usdPerYear),
    })
  })

  it('ndjson has the same rows as objects, one a line', async () => {
    const rows = (await printed('ndjson'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const csv: Record<string, string>[] = parse(await printed('csv'), { columns: true })
    expect(rows.map((row) => String(row['rto_p95_s']))).toEqual(csv.map((row) => row['rto_p95_s']))
  })

  it('markdown', async () => {
    await expect(await printed('markdown')).toMatchFileSnapshot('golden/summary.md')
  })

  it('markdown does not take the words of a scenario for markup', async () => {
    const hostile = fixtureResults({ replications: 2, days: 2, name: '*a* | <b> `c`', strategies: ['x|y`z'] })
    const page = await printed('markdown', hostile)
    expect(page).toContain('# \\*a\\* \\| \\<b\\> \\`c\\`')
    expect(page).toContain("`x\\|y'z on base`")
  })

  it('table is at most 80 columns wide', async () => {
    for (const line of (await printed('table')).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})
