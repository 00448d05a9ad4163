import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const MINUTE_S = 60

/** Three machines with 9 GB each on an archive at 100 MB/s, of which one comes back at a time: 1.5 min of transfer each. */
async function rows(store: string, plan = '', change = (text: string): string => text): Promise<IncidentRow[]> {
  const names = ['a', 'b', 'c']
  const text = `
firedrill: 1
name: Archives
start: 2026-01-05T00:00:00Z
horizon: 20 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
${names.map((name) => `    ${name}: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }`).join('\n')}
  stores: { archive: { site: there, ${store} } }
  links: { line: { between: [here, there], bandwidth: 100 MB/s } }
datasets:
${names.map((name) => `  ${name}-data: { node: ${name}, size: 9 GB, files: 90, change: 0 %/day, compressibility: 1 }`).join('\n')}
services:
${names.map((name, at) => `  ${name}: { needs: [${name}-data], priority: ${at + 1}, objectives: { rpo: 24 h, rto: 24 h } }`).join('\n')}
repository: { chunk: 16 MiB, pack: 64 MiB, compression: none }
strategies:
  tested:
${names.map((name, at) => `    - backup: { dataset: ${name}-data, to: archive, type: full, at: "Mon 0${at + 1}:00" }`).join('\n')}
recovery: { declare: 10 min, parallel: 1${plan} }
hazards: { fire: { kind: site, target: here, detection: 0 s, at: 2026-01-22T12:00:00Z } }
experiment: { drills: [fire], replications: 1, warm-up: 2 d }
`
  const { incidents } = await run(parseScenario(change(text), 'archives.yaml'))
  return names.map((name) => incidents.find(({ service }) => service === name)!)
}

const since_declared_s = ({ rto_s }: IncidentRow): number => rto_s! - 10 * MINUTE_S

describe('what an archive holds', { timeout: 60_000 }, () => {
  const archive = 'kind: object, class: s3-glacier-flexible'

  it('is asked for at once for all datasets: the last one waits for the transfers before it, not for their thaws', async () => {
    const found = await rows(archive)
    // Trees first, then what they lead to: twice 3 to 5 h.
    const thawed_s = found[0]!.phases_s.retrieve
    expect(thawed_s / HOUR_S).toBeGreaterThanOrEqual(6)
    expect(thawed_s / HOUR_S).toBeLessThanOrEqual(10)
    found.forEach((row, at) => {
      expect(row.phases_s.retrieve).toBeCloseTo(thawed_s, 3)
      expect((since_declared_s(row) - thawed_s) / (at + 1)).toBeCloseTo(90, -1)
    })
    expect(found[2]!.criticalPath).toMatch(
      /declare 10 min → retrieve .* → transfer a-data .* → transfer b-data .* → transfer c-data/,
    )
  })

  it('thaws while machines are replaced, and is thawed once', async () => {
    const found = await rows(archive, ', provision: 12 h')
    for (const [at, row] of found.entries()) {
      expect(row.phases_s.retrieve).toBe(0)
      expect((since_declared_s(row) - 12 * HOUR_S) / (at + 1)).toBeCloseTo(90, -1)
    }
    // 9 GB at $0.01, and what else is read: less than a tenth more.
    const usd = found.reduce((sum, { recovery_usd }) => sum + recovery_usd, 0)
    expect(usd).toBeGreaterThan(0.27)
    expect(usd).toBeLessThan(0.3)
  })
})

it(
  'is asked for what it holds where a newer point is out of reach, as the restore will have to take it',
  { timeout: 60_000 },
  async () => {
    // A day newer, on a box behind a line that is down: nobody waits for it.
    const withBox = (text: string): string =>
      text
        .replace('there: { region: b } }', 'there: { region: b }, third: { region: c } }')
        .replace(
          'stores: { archive',
          'stores: { box: { site: third, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }, archive',
        )
        .replace('links: { line', 'links: { cut: { between: [here, third], bandwidth: 100 MB/s }, line')
        .replace(
          '  tested:',
          `  tested:\n    - backup: { name: near, dataset: a-data, to: box, type: full, at: "Tue 01:00" }`,
        )
        .replace(
          'hazards: {',
          'hazards: { outage: { kind: link-outage, target: cut, at: 2026-01-22T08:00:00Z, duration: 9 d },',
        )
        .replace('drills: [fire]', 'drills: [fire], background: [outage]')
    const [first] = await rows('kind: object, class: s3-glacier-deep-archive', ', provision: 30 h', withBox)
    // Thawed after twice 12 h, while the machine was replaced.
    expect(first).toMatchObject({ store: 'archive', outcome: 'degraded' })
    expect(first!.phases_s.retrieve).toBe(0)
    expect(Math.abs(since_declared_s(first!) - 30 * HOUR_S - 90)).toBeLessThan(2)
  },
)

describe('an archive whose tier has limits', { timeout: 60_000 }, () => {
  // Trees first, then what they lead to: twice 12 h.
  const deep = 'kind: object, class: s3-glacier-deep-archive'
  const delays_s = 24 * HOUR_S

  // All are asked for together: 9 GB each at 10 MB/s are there 900 s apart, and 90 s later over the line.
  it('thaws at the rate that was bought, the most urgent first', async () => {
    const found = await rows(`${deep}, retrieval-limit: { throughput: 10 MB/s }`)
    found.forEach((row, at) => {
      const expected_s = delays_s + 900 * (at + 1) + 90
      expect(Math.abs(since_declared_s(row) / expected_s - 1)).toBeLessThan(0.001)
      expect(row.phases_s.retrieve).toBeGreaterThan(delays_s + 899 * (at + 1))
    })
  })

  // A pack is closed once it has 64 MiB, with a chunk of 16 MiB on the mean: 9 GB are 107 to 134 packs, two seconds each.
  it('takes so many requests a second', async () => {
    const found = await rows(`${deep}, retrieval-limit: { requests: 30/min }`)
    found.forEach((row, at) => {
      const asking_s = (since_declared_s(row) - delays_s - 90) / (at + 1)
      expect(asking_s).toBeGreaterThan(214)
      expect(asking_s).toBeLessThan(270)
    })
  })
})

it('what lies in a vault comes with one truck', { timeout: 60_000 }, async () => {
  const vault =
    'kind: tape, generation: lto-9, drives: 1, drive-rate: 100 MB/s, cartridges: 20, cartridge-size: 20 GB, pools: dataset, expiry: 365 d, robot: 0 s, load: 0 s, locate: 0 s, rewind: 0 s, ' +
    'vault: { pickup: "Tue 12:00", transit: 1 h, recall: 24 h, rebuild: 0 s, pickup-cost: $0, recall-cost: $300 }'
  const found = await rows(vault)
  found.forEach((row, at) => {
    expect(row.phases_s.retrieve / HOUR_S).toBeCloseTo(24, 1)
    expect((since_declared_s(row) - 24 * HOUR_S) / (at + 1)).toBeCloseTo(90, -1)
  })
  const usd = found.reduce((sum, { recovery_usd }) => sum + recovery_usd, 0)
  expect(usd).toBeCloseTo(300, 6)
})
