import { describe, expect, it } from 'vitest'
import type { Results } from '../../../src/experiment/results.ts'
import { CHARTS } from '../../../src/report/charts/index.ts'
import { titleOf } from '../../../src/report/html/inline-chart.ts'
import { readableJson } from '../../../src/report/tables/json.ts'
import { loadRenderer } from '../../../src/report/render.ts'
import { fixtureResults } from '../fixture.ts'

const names = Object.keys(CHARTS)
const small = fixtureResults({ replications: 5, days: 6, lossShare: 0.5 })
const renderer = await loadRenderer()
const drawn = new Map<string, Promise<string>>()

/** Each chart of the usual results as SVG, drawn once for all tests. */
function usual(name: string): Promise<string> {
  const svg = drawn.get(name) ?? renderer.svg(CHARTS[name]!(small)!)
  drawn.set(name, svg)
  return svg
}

describe('each chart', () => {
  it.each(names)('%s: its specification', async (name) => {
    const spec = CHARTS[name]!(small)
    await expect(readableJson(spec)).toMatchFileSnapshot(`../golden/${name}.vl.json`)
  })

  it.each(names)('%s: has a heading, a caption and words for those who do not see it', (name) => {
    const spec = CHARTS[name]!(small)!
    const { heading, caption } = titleOf(spec)
    expect(heading.length).toBeGreaterThan(10)
    expect(caption.length).toBeGreaterThan(20)
    expect(spec.description).toMatch(/nightly-321/)
  })

  it.each(names)('%s: has its data inside and asks for nothing', (name) => {
    expect(JSON.stringify(CHARTS[name]!(small))).not.toMatch(/"url":|https?:/)
  })

  it.each(names)('%s: the same results give the same drawing', async (name) => {
    expect(await renderer.svg(CHARTS[name]!(structuredClone(small))!)).toBe(await usual(name))
  })

  it.each(names)('%s: can be made a PNG', async (name) => {
    expect(renderer.png(await usual(name)).length).toBeGreaterThan(1000)
  })
})

/** What a drawing shows of values that should not have got there. */
const FLAWS = /NaN|Infinity|undefined|null|\[object|<script/

describe('every chart can be drawn, without a warning and without a number that is none,', () => {
  const unlimited = small.links.map((row) => ({ ...row, capacity_bytesPerSecond: Infinity }))
  const idle = small.links.map((row) => ({
    ...row,
    mean_bytesPerSecond: 1 / (365 * 86_400),
    p95_bytesPerSecond: 0,
    peak_bytesPerSecond: 1 / 300,
    total_bytes: 1,
    byPurpose_bytes: { copy: 1 },
  }))
  const instantly = fixtureResults({ replications: 5, days: 6 })
  const oddlyNamed = fixtureResults({
    strategies: ['<b>\'bold\' & "brave"</b>', "datum['x'].y[0]"],
    topologies: ['{"signal": "width"}', 'back\\slash'],
    hazards: ['a.b', '</svg><script>alert(1)</script>'],
    replications: 3,
    days: 3,
  })
  const cases: Record<string, Results> = {
    'of one drill': fixtureResults({ replications: 1, days: 1 }),
    'of one strategy on one topology': fixtureResults({ strategies: ['nightly'], topologies: ['base'], days: 3 }),
    'of eight strategies on three topologies': fixtureResults({
      strategies: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
      topologies: ['one', 'two', 'three'],
      replications: 3,
      days: 3,
    }),
    'when everything is lost': fixtureResults({ hazards: ['ransomware'], strategies: ['none'], lossShare: 1, days: 3 }),
    'when nothing happened': { ...small, incidents: [], cells: small.cells.map((cell) => ({ ...cell, hazards: [] })) },
    'without links, stores and costs': {
      ...small,
      links: [],
      stores: [],
      costs: [],
      cells: small.cells.map((cell) => ({
        ...cell,
        bandwidth: [],
        storage: [],
        cost: { outlay_usdPerYear: 0, penalty_usdPerYear: 0, total_usdPerYear: 0, byCategory_usdPerYear: {} },
      })),
    },
    'with links that have no limit': { ...small, links: unlimited },
    'with idle links': { ...small, links: idle },
    'with a recovery that loses nothing and takes no time': {
      ...instantly,
      incidents: instantly.incidents.map((row) => ({ ...row, rpo_s: 0, rto_s: 0 })),
    },
    'when one strategy lost what another brought back, each of hundreds of points for a reason of its own': {
      ...instantly,
      incidents: instantly.incidents.map((row) => {
        if (row.strategy !== instantly.incidents[0]!.strategy) return row
        return {
          ...row,
          recoveryPoint_s: undefined,
          rpo_s: undefined,
          rto_s: undefined,
          outcome: 'lost' as const,
          reason: Array.from({ length: 400 }, (_, at) => `snapshot ${at}: damaged`).join('; '),
        }
      }),
    },
    'without objectives': {
      ...small,
      cells: small.cells.map((cell) => ({
        ...cell,
        hazards: cell.hazards.map((row) => ({ ...row, objectives: { rpo_s: Infinity, rto_s: Infinity } })),
      })),
    },
    'with names that mean something to HTML, expressions and Vega': oddlyNamed,
  }

  it.each(names)('of the usual results: %s', async (name) => expect(await usual(name)).not.toMatch(FLAWS))

  it.each(Object.keys(cases))('%s', async (name) => {
    for (const chart of Object.values(CHARTS)) {
      const spec = chart(cases[name]!)
      if (spec === undefined) continue
      const svg = await renderer.svg(spec)
      expect(svg).not.toMatch(FLAWS)
    }
  })

  it('and is well-formed XML for whoever makes a PNG of it, with such names too', async () => {
    for (const chart of Object.values(CHARTS)) {
      const svg = await renderer.svg(chart(oddlyNamed)!)
      expect(renderer.png(svg).length).toBeGreaterThan(1000)
    }
  })

  it('and none is wider than a page, with long names and many strategies', async () => {
    const long = 'weekly-full-daily-incremental-to-the-cloud-with-an-object-lock-of-thirty-days'
    const strategies = Array.from({ length: 20 }, (_, at) => `${long}-${at}`)
    const topologies = ['base', `${long}-of-a-topology`]
    const crowd = fixtureResults({
      strategies,
      topologies,
      hazards: [`${long}-hazard`, 'fire'],
      replications: 3,
      days: 8,
    })
    for (const [name, chart] of Object.entries(CHARTS)) {
      const svg = await renderer.svg(chart(crowd)!)
      expect(Number(/ width="(\d+)"/.exec(svg)![1]), name).toBeLessThan(1150)
    }
  })

  it('and there is none where there is nothing to show', () => {
    const rows = { incidents: [], jobs: [], links: [], traffic: [], stores: [], points: [], costs: [] }
    const nothing: Results = { ...small, cells: [], ...rows }
    for (const [name, chart] of Object.entries(CHARTS)) expect(chart(nothing), name).toBeUndefined()
  })

  it('and a curve of thousands of drills is thinned', async () => {
    const many = fixtureResults({ replications: 3000, days: 3650 })
    for (const [name, chart] of Object.entries(CHARTS)) {
      const svg = await renderer.svg(chart(many)!)
      expect(svg.length, name).toBeLessThan(120_000)
    }
  })
})

describe('the drawing', () => {
  it('has its text in the PNG: without a font it would be smaller', async () => {
    const svg = await usual('cost-by-category')
    const bare = svg.replace(/<text[^>]*>[^<]*<\/text>/g, '')
    expect(renderer.png(svg).length).toBeGreaterThan(2 * renderer.png(bare).length)
  })

  it('is refused when it is larger than any memory, which resvg would not survive', () => {
    expect(() => renderer.png('<svg xmlns="http://www.w3.org/2000/svg" width="50000000" height="100"></svg>')).toThrow(
      /50000000 × 100 pixels/,
    )
  })

  it('reports what Vega-Lite warns of as an error', async () => {
    const spec = { data: { values: [{ a: 1 }] }, mark: 'bar', encoding: { x: { field: 'a' }, tilt: { field: 'a' } } }
    await expect(renderer.svg(JSON.parse(JSON.stringify(spec)))).rejects.toThrow(/Vega-Lite: .*tilt/)
  })
})
