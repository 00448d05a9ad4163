import { describe, expect, it } from 'vitest'
import { rareLoss } from '../../../src/experiment/losses/rare-loss.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import { LifeSimulator, meanTimeToLoss, playBlock, survival } from '../../../src/world/durability/index.ts'
import type { RedundancyGroups } from '../../../src/world/durability/index.ts'

const YEAR_H = 8766

function markov(units: number, tolerates: number, mttf: number, mttr: number, repair: 'serial' | 'parallel') {
  const group = { units, tolerates, failureRate: 1 / mttf, repairRate: 1 / mttr, repair }
  const system: RedundancyGroups = {
    units,
    tolerates,
    failure: { law: 'exponential', mean: mttf },
    repair: { law: 'exponential', mean: mttr },
    ...(repair === 'serial' ? { repairers: 1 } : {}),
  }
  return { group, system }
}

describe('rare losses', () => {
  it('of six units that tolerate two, serially repaired: 1e-8 a year as the chain of Markov says, some 700,000 times cheaper', () => {
    const { group, system } = markov(6, 2, 4e5, 24, 'serial')
    const exact = 1 - survival(group, YEAR_H)
    expect(exact).toBeGreaterThan(5e-9)
    expect(exact).toBeLessThan(5e-8)
    const found = rareLoss(system, { seed: '1', mission: YEAR_H, relativeError: 0.01 })
    expect(found.relativeError).toBeLessThanOrEqual(0.01)
    expect(Math.abs(found.value / exact - 1)).toBeLessThan(4 * 0.01)
    // A crude mission is one event at least: the first failure, or its absence.
    expect(Math.round(found.crudeMissions / found.events / 1e5)).toBe(7)
  })

  it('of a mirror: 2 λ² T / μ', () => {
    const { system } = markov(2, 1, 1e6, 5, 'parallel')
    const { value, relativeError } = rareLoss(system, { seed: '1', mission: 1000, relativeError: 0.01 })
    // The first failure at rate 2λ, the second within the repair: to the share of repairs that the end of the mission cuts.
    const exact = 2e-6 * 1000 * (5e-6 * (1 - 5 / 1000))
    expect(Math.abs(value / exact - 1)).toBeLessThan(4 * relativeError)
  })

  it('of twelve units that tolerate four: below 1e-12 a year, as mission over MTTDL', () => {
    const { group, system } = markov(12, 4, 1e6, 24, 'parallel')
    const exact = YEAR_H / meanTimeToLoss(group)
    expect(exact).toBeLessThan(1e-12)
    const { value, relativeError } = rareLoss(system, { seed: '2', mission: YEAR_H, relativeError: 0.03 })
    // A mission from new units begins a few repairs later than one from the steady state.
    expect(Math.abs(value / exact - 1)).toBeLessThan(4 * relativeError + 0.02)
  })

  it('are unbiased against crude simulation where that is feasible, also with repairs of constant length and latent errors', () => {
    const system: RedundancyGroups = {
      groups: 3,
      units: 8,
      tolerates: 1,
      failure: { law: 'exponential', mean: 2e5 },
      repair: { law: 'constant', value: 100 },
      latentErrors: { rate: 1e-6, scrubInterval: 700 },
    }
    const missions = 300_000
    const { losses } = playBlock(new LifeSimulator(system), YEAR_H, missions, randomStream(['crude']))
    const crude = losses / missions
    const { value } = rareLoss(system, { seed: '3', mission: YEAR_H, relativeError: 0.005 })
    const error = Math.hypot(Math.sqrt((crude * (1 - crude)) / missions), 0.005 * value)
    expect(Math.abs(value - crude)).toBeLessThan(4 * error)
  })

  it('have 95 % intervals that cover in 93 to 97 of 100 estimates', () => {
    const { group, system } = markov(4, 1, 1e6, 10, 'parallel')
    const exact = 1 - survival(group, YEAR_H)
    let covered = 0
    for (let seed = 0; seed < 1000; seed += 1) {
      const { ci95 } = rareLoss(system, { seed: `${seed}`, mission: YEAR_H, relativeError: 0.1, maxMissions: 500 })
      if (ci95[0] <= exact && exact <= ci95[1]) covered += 1
    }
    expect(covered / 1000).toBeGreaterThan(0.93)
    expect(covered / 1000).toBeLessThan(0.97)
  })

  it('are not claimed for laws with a memory', () => {
    const failure = { law: 'weibull', shape: 1.5, scale: 1e6 } as const
    expect(() => rareLoss({ units: 2, tolerates: 1, failure }, { seed: '1', mission: 1 })).toThrow(
      /exponential failures/,
    )
  })
})
