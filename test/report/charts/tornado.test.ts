import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tornadoChart } from '../../../src/report/charts/tornado.ts'
import { money } from '../../../src/report/text/human.ts'
import { readableJson } from '../../../src/report/tables/json.ts'
import { loadRenderer } from '../../../src/report/render.ts'

const bar = (path: string, low: [string, number], high: [string, number]) => ({
  path,
  base: 20_000,
  low: { value: low[0], figure: low[1] },
  high: { value: high[0], figure: high[1] },
})
const bars = [
  bar('hazards.ransomware.rate', ['0.01/year', 14_500], ['0.1/year', 33_000]),
  bar('topology.links.wan.bandwidth', ['1 Gbit/s', 18_200], ['50 Mbit/s', 23_100]),
  bar('datasets.documents.size', ['100 GB', 19_000], ['1 TB', 20_000]),
]

describe('the tornado chart', () => {
  const spec = tornadoChart([{ cell: 'nightly-321 on base', bars }], { name: 'total cost a year', write: money })

  it('is drawn without a warning', async () => {
    await expect(readableJson(spec)).toMatchFileSnapshot('../golden/tornado.vl.json')
    const renderer = await loadRenderer()
    const svg = await renderer.svg(spec!)
    expect(svg).toContain('$33,000 at 0.1/year')
    const shots = process.env['SCREENSHOTS']
    if (shots !== undefined) await writeFile(join(shots, 'tornado.png'), renderer.png(svg))
  })

  it('says in words what it shows', () => {
    expect(spec!.description).toContain('hazards.ransomware.rate: $14,500 at 0.01/year to $33,000 at 0.1/year')
  })

  it('is not there where there is nothing to show', () => {
    expect(tornadoChart([], { name: 'RTO', write: String })).toBeUndefined()
  })
})
