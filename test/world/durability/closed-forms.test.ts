import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../src/kernel/index.ts'
import {
  LifeSimulator,
  halfLife,
  lifespan,
  meanTimeToLoss,
  playAuditedCopies,
  playBlock,
  survival,
} from '../../../src/world/durability/index.ts'

/** Standard scores of a count among trials that are expected with probability p. */
const score = (hits: number, trials: number, p: number): number => (hits - trials * p) / Math.sqrt(trials * p * (1 - p))

describe('n units that tolerate one loss: MTTDL = ((2n − 1) λ + μ) / (n (n − 1) λ²)', () => {
  it.each([
    [2, 1, 1000],
    [3, 1 / 500, 1 / 24],
    [5, 0.02, 12],
    [8, 1 / 87_600, 1 / 116],
    [12, 0.3, 0.5],
  ])('n %i, λ %f, μ %f', (units, failureRate, repairRate) => {
    const expected = ((2 * units - 1) * failureRate + repairRate) / (units * (units - 1) * failureRate * failureRate)
    for (const repair of ['serial', 'parallel'] as const) {
      const found = meanTimeToLoss({ units, tolerates: 1, failureRate, repairRate, repair })
      expect(found / expected).toBeCloseTo(1, 9)
    }
  })
})

describe('n copies that nobody repairs', () => {
  it.each([
    [1, 0.5],
    [2, 0.3],
    [3, 1.2],
    [4, 2],
    [6, 0.9],
  ])('%i copies are all lost by %f with probability (1 − e^−t)^n', (units, time) => {
    const group = { units, tolerates: units - 1, failureRate: 1, repairRate: 0, repair: 'parallel' } as const
    const lost = (1 - Math.exp(-time)) ** units
    expect(1 - survival(group, time)).toBeCloseTo(lost, 9)
    const failure = { law: 'exponential', mean: 1 } as const
    const simulator = new LifeSimulator({ units, tolerates: units - 1, failure })
    const { losses } = playBlock(simulator, time, 40_000, randomStream(['copies', units]))
    expect(Math.abs(score(losses, 40_000, lost))).toBeLessThan(4)
  })

  it.each([
    [1, 4],
    [2, 4],
    [3, 5],
    [5, 3],
  ])('%i copies survive with %i nines to −ln(1 − 10^(−nines / n))', (units, nines) => {
    const group = { units, tolerates: units - 1, failureRate: 1, repairRate: 0, repair: 'serial' } as const
    expect(lifespan(group, nines) / -Math.log(1 - 10 ** (-nines / units))).toBeCloseTo(1, 6)
  })
})

describe('several groups with repair: simulated and solved', () => {
  it.each([
    { groups: 1, units: 3, tolerates: 1, failureRate: 0.2, repairRate: 3, repair: 'serial', mission: 4 },
    { groups: 10, units: 6, tolerates: 2, failureRate: 0.1, repairRate: 2, repair: 'serial', mission: 3 },
    { groups: 10, units: 6, tolerates: 2, failureRate: 0.1, repairRate: 2, repair: 'parallel', mission: 3 },
    { groups: 4, units: 11, tolerates: 3, failureRate: 0.08, repairRate: 1.5, repair: 'parallel', mission: 5 },
    { groups: 25, units: 4, tolerates: 1, failureRate: 0.05, repairRate: 20, repair: 'parallel', mission: 2 },
  ] as const)('%o', ({ groups, mission, ...group }) => {
    const lost = 1 - survival(group, mission) ** groups
    const simulator = new LifeSimulator({
      groups,
      units: group.units,
      tolerates: group.tolerates,
      failure: { law: 'exponential', mean: 1 / group.failureRate },
      repair: { law: 'exponential', mean: 1 / group.repairRate },
      repairers: group.repair === 'serial' ? 1 : Infinity,
    })
    const trials = 20_000
    const { losses } = playBlock(simulator, mission, trials, randomStream(['groups', JSON.stringify(group)]))
    expect(Math.abs(score(losses, trials, lost))).toBeLessThan(4)
  })
})

describe('copies that decay: lost are N (1 − (1 − pⁿ)^intervals), p = 1 − 2^(−sectors · interval / half-life)', () => {
  it.each([
    { copies: 1, sectors: 50, half: 3e6, interval: 100_000, horizon: 100_000 },
    { copies: 2, sectors: 20, half: 1e6, interval: 100_000, horizon: 100_000 },
    { copies: 2, sectors: 50, half: 5e6, interval: 20_000, horizon: 100_000 },
    { copies: 3, sectors: 50, half: 1e6, interval: 5000, horizon: 100_000 },
    { copies: 4, sectors: 80, half: 1e6, interval: 10_000, horizon: 50_000 },
    { copies: 5, sectors: 10, half: 2e5, interval: 25_000, horizon: 100_000 },
  ])('%o', ({ copies, sectors, half, interval, horizon }) => {
    const documents = 10_000
    const p = 1 - 2 ** ((-sectors * interval) / half)
    const lost = 1 - (1 - p ** copies) ** (horizon / interval)
    const archive = { documents, copies, sectors, sectorFailure: halfLife(half), audit: { interval } }
    const found = playAuditedCopies(archive, randomStream(['archive', copies, sectors, interval]), horizon)
    expect(Math.abs(score(found, documents, lost))).toBeLessThan(4)
  })
})

describe('disks in RAID with constant rebuilds: lost in a year about N (n − 1) λ² τ a disk, where λ τ is small', () => {
  it.each([
    { groups: 6, units: 8, afr: 0.05, rebuild_d: 4.854 },
    { groups: 12, units: 4, afr: 0.04, rebuild_d: 10 },
    { groups: 20, units: 10, afr: 0.02, rebuild_d: 3 },
  ])('%o', ({ groups, units, afr, rebuild_d }) => {
    const rate = -Math.log(1 - afr)
    const rebuild = rebuild_d / 365
    // A failure of one of n, and of one of the others while that is rebuilt.
    const perYear = groups * units * rate * (1 - Math.exp(-(units - 1) * rate * rebuild))
    const lost = 1 - Math.exp(-perYear)
    const simulator = new LifeSimulator({
      groups,
      units,
      tolerates: 1,
      failure: { law: 'exponential', mean: 1 / rate },
      repair: { law: 'constant', value: rebuild },
    })
    const { losses } = playBlock(simulator, 1, 200_000, randomStream(['raid', groups, units]))
    // The last rebuilds of the year end after it: 1 % of the losses.
    expect(losses / 200_000 / lost).toBeGreaterThan(0.93)
    expect(losses / 200_000 / lost).toBeLessThan(1.06)
  })
})
