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
import type { MarkovGroup, RedundancyGroups } from '../../../src/world/durability/index.ts'
import { validated } from '../../validated.ts'

const exponential = (rate: number) => ({ law: 'exponential', mean: 1 / rate }) as const

/** The system that a Markov chain describes, for the simulation. */
function simulated({ units, tolerates, failureRate, repairRate, repair }: MarkovGroup): RedundancyGroups {
  return {
    units,
    tolerates,
    failure: exponential(failureRate),
    ...(repairRate === 0 ? {} : { repair: exponential(repairRate) }),
    repairers: repair === 'serial' ? 1 : Infinity,
  }
}

/** Standard scores of a count of `hits` among `trials` that are expected with probability p. */
const score = (hits: number, trials: number, p: number): number => (hits - trials * p) / Math.sqrt(trials * p * (1 - p))

/** Standard scores of the mean of so many simulated times to loss, whose law is close to exponential. */
function scoreOfMean(system: RedundancyGroups, lives: number, expected: number): number {
  const simulator = new LifeSimulator(system)
  const random = randomStream(['durability', 'mean time to loss'])
  let sum = 0
  let squares = 0
  for (let k = 0; k < lives; k++) {
    const { loss } = simulator.play(random)
    sum += loss
    squares += loss * loss
  }
  const mean = sum / lives
  return (mean - expected) / Math.sqrt((squares / lives - mean * mean) / lives)
}

describe('lifespans of Pâris, Schwarz, Long, Amer (rate of failure 1)', () => {
  const copies = (units: number, repairRate = 0): MarkovGroup => ({
    units,
    tolerates: units - 1,
    failureRate: 1,
    repairRate,
    repair: 'parallel',
  })
  const published: readonly (readonly [what: MarkovGroup, nines: number, lifespan: number])[] = [
    [copies(1), 2, 0.01005],
    [copies(2), 2, 0.10536],
    [copies(3), 2, 0.24265],
    [copies(1), 3, 0.001],
    [copies(2), 3, 0.03213],
    [copies(3), 3, 0.10536],
    [copies(2, 1000), 2, 5.04123],
    [copies(2, 1000), 3, 0.50275],
    [copies(2, 1000), 4, 0.05115],
    [copies(2, 1000), 5, 0.00601],
    [copies(2, 1000), 6, 0.0012],
  ]

  it.each(published)('%o, %i nines: %f', (group, nines, expected) => {
    // The paper prints five decimals; of three copies it has 0.24265 for 0.242637.
    expect(Math.abs(lifespan(group, nines) - expected)).toBeLessThan(1.5e-5)
    validated({
      group: 'Durability',
      what: `lifespan in MTTFs, copies ${group.units}, μ ${group.repairRate}, ${nines} nines`,
      expected,
      measured: lifespan(group, nines),
      within: '0.000015; simulated, |z| < 4',
      mark: 'seen',
    })
  })

  it.each(published.filter(([, nines]) => nines <= 4))(
    'simulated, %o survives with %i nines to %f',
    (group, nines, at) => {
      const trials = nines === 4 ? 400_000 : 100_000
      const random = randomStream(['durability', 'lifespan', JSON.stringify(group), nines])
      const { losses } = playBlock(new LifeSimulator(simulated(group)), at, trials, random)
      expect(Math.abs(score(losses, trials, 10 ** -nines))).toBeLessThan(4)
    },
  )
})

describe('mean time to data loss, failure after 1000 h, repair in 10 h', () => {
  const group = (units: number, tolerates: number, repair: 'serial' | 'parallel'): MarkovGroup => ({
    units,
    tolerates,
    failureRate: 1 / 1000,
    repairRate: 1 / 10,
    repair,
  })

  it.each([
    [group(4, 1, 'serial'), 8_916.67],
    [group(4, 1, 'parallel'), 8_916.67],
    [group(6, 2, 'serial'), 92_283.3],
    [group(6, 2, 'parallel'), 180_617],
  ])('%o: %f h', (chain, expected) => {
    expect(Math.abs(meanTimeToLoss(chain) / expected - 1)).toBeLessThan(3e-6)
    validated({
      group: 'Durability',
      what: `MTTDL, n ${chain.units} tolerating ${chain.tolerates}, ${chain.repair} repair: h`,
      expected,
      measured: meanTimeToLoss(chain),
      within: '3e-6; simulated, |z| < 4',
      mark: 'derived',
    })
    expect(Math.abs(scoreOfMean(simulated(chain), 2500, expected))).toBeLessThan(4)
  })

  it('is not a survival: of mirrors with an MTTDL of 501.5 a hundredth is lost by 5.04', () => {
    const mirror: MarkovGroup = { units: 2, tolerates: 1, failureRate: 1, repairRate: 1000, repair: 'parallel' }
    expect(meanTimeToLoss(mirror)).toBeCloseTo(501.5, 9)
    expect(survival(mirror, 5.04123)).toBeCloseTo(0.99, 6)
  })
})

describe('replicas and audits of Altman and Landau: 10,000 documents of 50 sectors over 100,000 h', () => {
  const MEGA = 1e6
  const HORIZON = 100_000
  const run = (copies: number, halfLife_h: number, interval?: number): number =>
    playAuditedCopies(
      {
        documents: 10_000,
        copies,
        sectors: 50,
        sectorFailure: halfLife(halfLife_h),
        ...(interval === undefined ? {} : { audit: { interval } }),
      },
      randomStream(['durability', 'audits', copies, halfLife_h]),
      HORIZON,
    )

  it.each([
    [1, 2, undefined, 8232.2],
    [1, 5, undefined, 5000.0],
    [1, 10, undefined, 2928.9],
    [3, 2, undefined, 5579],
    [3, 2, 10_000, 395.5],
    [3, 3, 10_000, 129.1],
  ])('%i copies, half-life %f Mh, audit every %s h: %f lost', (copies, half, interval, expected) => {
    const lost = run(copies, half * MEGA, interval)
    expect(Math.abs(score(lost, 10_000, expected / 10_000))).toBeLessThan(4)
    validated({
      group: 'Durability',
      what: `documents lost of 10,000, copies ${copies}, half-life ${half} Mh, audit ${interval === undefined ? 'never' : `every ${interval} h`}`,
      expected,
      measured: lost,
      within: '|z| < 4',
      mark: 'seen',
    })
  })

  it('lose more when the same number of audits is drawn at random than in turn', () => {
    const lost = (cycle: 'segmented' | 'random'): number =>
      playAuditedCopies(
        { documents: 20_000, copies: 3, sectors: 50, sectorFailure: halfLife(2e6), audit: { interval: 10_000, cycle } },
        randomStream(['durability', 'cycles', cycle]),
        HORIZON,
      )
    expect(lost('random')).toBeGreaterThan(1.5 * lost('segmented'))
  })
})

describe('48 disks in RAID 7+1 with an AFR of 5 %, rebuilt in 20·2²⁰ MB / 50 MB/s', () => {
  const YEAR_S = 365 * 86_400
  /** AFR to rate: λ = −ln(1 − AFR) per year. */
  const system: RedundancyGroups = {
    groups: 6,
    units: 8,
    tolerates: 1,
    failure: exponential(-Math.log(0.95) / YEAR_S),
    repair: { law: 'constant', value: (20 * 2 ** 20) / 50 },
  }
  const TRIALS = 400_000

  it('lose data within a year with probability 1.162 % (mlec-sim), 1.169 % in closed form', () => {
    const { losses, failures } = playBlock(new LifeSimulator(system), YEAR_S, TRIALS, randomStream(['48 disks']))
    expect(Math.abs(losses / TRIALS - 0.01162)).toBeLessThan(4 * Math.hypot(0.00017, (0.0107 / Math.sqrt(TRIALS)) * 10))
    expect(Math.abs(score(losses, TRIALS, 0.01169))).toBeLessThan(4)
    validated({
      group: 'Durability',
      what: 'RAID 7+1, 48 disks, AFR 5 %: P(loss in a year), closed form (mlec-sim: 0.01162 ± 0.00017)',
      expected: 0.01169,
      measured: losses / TRIALS,
      within: '|z| < 4',
      mark: 'seen',
    })
    // 48 disks × 0.0513 a year
    expect(failures / TRIALS).toBeCloseTo(48 * -Math.log(0.95), 1)
  })

  it('lose more often when a rebuild meets sectors that nobody knew were bad, and scrubbing helps', () => {
    const withScrub = (scrubInterval: number): number => {
      const simulator = new LifeSimulator({ ...system, latentErrors: { rate: 0.1 / YEAR_S, scrubInterval } })
      return playBlock(simulator, YEAR_S, 40_000, randomStream(['latent', scrubInterval])).losses / 40_000
    }
    const weekly = withScrub(7 * 86_400)
    const yearly = withScrub(YEAR_S)
    // About 2.46 failures a year × 7 surviving disks × half a scrub interval × 0.1 errors a year, besides double failures.
    expect(weekly).toBeCloseTo(0.0117 + 2.46 * 7 * (3.5 / 365) * 0.1, 2)
    expect(yearly).toBeGreaterThan(5 * weekly)
  })
})

describe('wear', () => {
  it('is what disks of one age do together: losses come late and crowded, Weibull shape 3 against 1 of the same mean', () => {
    const lossWithin = (shape: number, horizon: number): number => {
      const scale = shape === 1 ? 10 : 11.198
      const simulator = new LifeSimulator({
        units: 8,
        tolerates: 1,
        failure: { law: 'weibull', shape, scale },
        repair: { law: 'constant', value: 0.02 },
      })
      return playBlock(simulator, horizon, 20_000, randomStream(['wear', shape, horizon])).losses / 20_000
    }
    expect(lossWithin(3, 2)).toBeLessThan(lossWithin(1, 2) / 2)
    const inTheirTenthYear = (shape: number): number => lossWithin(shape, 11) - lossWithin(shape, 9)
    expect(inTheirTenthYear(3)).toBeGreaterThan(1.2 * inTheirTenthYear(1))
  })
})

describe('a system that cannot be', () => {
  it('is refused with what was expected', () => {
    const failure = exponential(1)
    expect(() => new LifeSimulator({ units: 0, tolerates: 0, failure })).toThrow('at least 1 unit, not 0')
    expect(() => new LifeSimulator({ units: 3, tolerates: 3, failure })).toThrow('tolerates 0 to 2 failures, not 3')
    expect(() => new LifeSimulator({ units: 3, tolerates: 1, failure, repairers: 0 })).toThrow('at least 1 repairer')
  })
})
