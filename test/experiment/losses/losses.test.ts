import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../src/experiment/blocks.ts'
import { stage } from '../../../src/experiment/cell/drill.ts'
import { buildOperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import { inThisThread } from '../../../src/experiment/execution/executor.ts'
import { serviceLosses } from '../../../src/experiment/losses/index.ts'
import { YEAR_S } from '../../../src/experiment/losses/staged-combinations.ts'
import { run } from '../../../src/experiment/run.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import type { HazardSpecification } from '../../../src/world/index.ts'

const DAY_S = 86_400

/** A primary and two copies, each at a site of its own: the data is gone when all that hold it burn. */
const threeSites = (rates: readonly [here: number, there: number, yonder: number]) =>
  parseScenario(
    `
firedrill: 1
name: Three sites
start: 2026-01-05T00:00:00Z
horizon: 40 d
topology:
  sites: { here: { region: r }, there: { region: r }, yonder: { region: r } }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    vault: { site: yonder, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links: { line: { between: [here, there], bandwidth: 1 GB/s }, road: { between: [here, yonder], bandwidth: 1 GB/s } }
datasets:
  data: { node: computer, size: 10 MB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 7 d, rto: 8 h } }
recovery: { declare: 10 min, provision: 1 h }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
strategies:
  one-copy:
    - backup: { dataset: data, to: box, type: full, at: Sun 12:00 }
  two-copies:
    - backup: { dataset: data, to: box, type: full, at: Sun 12:00 }
    - backup: { dataset: data, to: vault, type: full, at: Sun 18:00 }
hazards:
  here: { kind: site, target: here, rate: ${rates[0]}/year, source: a round number, detection: 5 min }
  there: { kind: site, target: there, rate: ${rates[1]}/year, source: a round number, detection: 5 min }
  yonder: { kind: site, target: yonder, rate: ${rates[2]}/year, source: a round number, detection: 5 min }
experiment: { drills: all, warm-up: 14 d, seed: "1" }
`,
    'three-sites.yaml',
  )

const OPTIONS = { window_s: 2 * DAY_S, most: 3, relativeError: 0.1, maxDrills: 400, execute: inThisThread }
const W = (2 * DAY_S) / YEAR_S

describe('losses of a service', { timeout: 120_000 }, () => {
  it('down to 1e-13 a year are what the rates say: all sites that hold a copy burn within the window', async () => {
    const [a, b, c] = [2e-3, 3e-3, 1e-3]
    const [one, two] = await serviceLosses(threeSites([a, b, c]), OPTIONS)
    // A pair in either order, and all three, of which any may be the first: to first order in λW.
    expect(one!.losses_perYear / (2 * a * b * W)).toBeCloseTo(1, 3)
    expect(two!.losses_perYear / (3 * a * b * c * W * W)).toBeCloseTo(1, 3)
    expect(two!.losses_perYear).toBeLessThan(1e-12)
    expect(one!.losses_perYear).toBeLessThan(1e-7)
    expect(one!.crudeIncidents / one!.drills).toBeGreaterThan(1e4)
    expect(two!.causes.map(({ hazards, n, lost }) => ({ hazards, all: lost === n }))).toEqual([
      { hazards: ['here', 'there', 'yonder'], all: true },
    ])
  })

  it('agree with crude simulation where that is feasible: Poisson processes, every incident staged', async () => {
    const scenario = threeSites([30, 12, 4])
    const [found] = await serviceLosses(scenario, OPTIONS)
    const [cell] = cellsOf(scenario, { seed: '1' })
    const hazards = [...cell!.topology.world.hazards.values()]
    const random = randomStream(['crude losses'])
    const years = 20
    let lost = 0
    const next_s = hazards.map(({ rate_perYear }) => random.exponential(YEAR_S / rate_perYear))
    while (Math.min(...next_s) < years * YEAR_S) {
      const start_s = Math.min(...next_s)
      const strikes: { name: string; delay_s: number }[] = []
      for (const [k, { name, rate_perYear }] of hazards.entries()) {
        if (next_s[k]! >= start_s + OPTIONS.window_s) continue
        strikes.push({ name, delay_s: next_s[k]! - start_s })
        while (next_s[k]! < start_s + OPTIONS.window_s) next_s[k]! += random.exponential(YEAR_S / rate_perYear)
      }
      strikes.sort((x, y) => x.delay_s - y.delay_s)
      // Of incidents in which the primary survives nothing is lost: they need not be staged.
      if (strikes.length < 2 || strikes.every(({ name }) => name !== 'here')) continue
      const hazard: HazardSpecification = {
        kind: 'burst',
        name: 'crude',
        rate_perYear: 0,
        of: strikes.map(({ name }) => name),
        within: { law: 'constant', value: 0 },
        delays_s: strikes.map(({ delay_s }) => delay_s),
      }
      const origin = buildOperatedWorld(cell!)
      await origin.simulation.run(14 * DAY_S)
      const onset_s = 14 * DAY_S + random.uniform() * 20 * DAY_S
      const rows = await stage(cell!, origin, { hazard, replication: 0, onset_s })
      if (rows.some(({ outcome }) => outcome === 'lost')) lost += 1
    }
    expect(lost).toBeGreaterThan(30)
    const error = Math.hypot(Math.sqrt(lost) / years, found!.relativeError * found!.losses_perYear)
    expect(Math.abs(lost / years - found!.losses_perYear)).toBeLessThan(4 * error)
  })
})

/** One copy, or two on two stores; whether one of them can be restored is a matter of chance. */
const withDoubtfulRestores = (share: string) =>
  parseScenario(
    threeSites([0.1, 0, 0])
      .text.replace('experiment: { drills: all', 'experiment: { drills: [here], background: [box-fails, vault-fails]')
      .replace(
        'hazards:\n',
        `hazards:
  box-fails: { kind: restore-failure, target: box, share: ${share}, at: 2026-01-05T00:00:00Z, detection: 10000 d }
  vault-fails: { kind: restore-failure, target: vault, share: ${share}, at: 2026-01-05T00:00:00Z, detection: 10000 d }
`,
      )
      .replaceAll('at: Sun 12:00', 'at: Sun 12:00, keep: { dialect: restic, last: 1 }')
      .replaceAll('at: Sun 18:00', 'at: Sun 18:00, keep: { dialect: restic, last: 1 }'),
    'doubtful-restores.yaml',
  )

describe('losses that hang on restores that fail', { timeout: 120_000 }, () => {
  // After a fire, each copy cannot be restored with this probability, independently.
  const [rate, share] = [0.1, 1e-6]

  it('are found down to 1e-13 a year, to a few percent, from some hundred cases', async () => {
    const [one, two] = await serviceLosses(withDoubtfulRestores('0.0001 %'), { ...OPTIONS, relativeError: 0.15 })
    for (const [found, expected] of [
      [one!, rate * share],
      [two!, rate * share * share],
    ] as const) {
      expect(Math.abs(found.losses_perYear - expected)).toBeLessThan(4 * found.relativeError * found.losses_perYear)
      expect(found.relativeError).toBeLessThan(0.15)
    }
    // A crude simulation with the same error would take millions.
    expect(one!.crudeIncidents / one!.drills).toBeGreaterThan(1e4)
    expect(two!.crudeIncidents / two!.drills).toBeGreaterThan(1e10)
  })

  it('agree with crude simulation where that is feasible', async () => {
    const scenario = withDoubtfulRestores('25 %')
    const found = await serviceLosses(scenario, { ...OPTIONS, maxDrills: 160 })
    const drills = 120
    const { cells } = await run(scenario, { replications: drills, seed: 'crude' })
    for (const [k, estimate] of found.entries()) {
      const lost = cells[k]!.loss.probability
      expect(lost).toBeGreaterThan(0)
      const error = Math.hypot(rate * Math.sqrt((lost * (1 - lost)) / drills), estimate.relativeError * rate * lost)
      expect(Math.abs(rate * lost - estimate.losses_perYear)).toBeLessThan(4 * error)
    }
  })
})
