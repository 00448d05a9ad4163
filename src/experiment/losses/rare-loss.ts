import { exp, lawOf, ln, randomStream } from '../../kernel/index.ts'
import type { RandomStream } from '../../kernel/index.ts'
import type { RedundancyGroups } from '../../world/durability/index.ts'
import type { Estimate } from '../results.ts'

export interface RareLossOptions {
  readonly seed: string
  /** Length of a mission, in the unit of time of the system. */
  readonly mission: number
  /** Go on until the standard error is this share of the estimate; 2 % by default. */
  readonly relativeError?: number
  /** Missions at most; ten million by default. */
  readonly maxMissions?: number
}

export interface RareLoss extends Estimate {
  /** Standard error over the estimate. */
  readonly relativeError: number
  readonly missions: number
  /** Failures and repairs that were played: what it cost. */
  readonly events: number
  /** Missions that crude simulation would need for the same relative error. */
  readonly crudeMissions: number
}

/** Least probability, where it is biased, of a failure before the end of the next repair: one step at most doubles a weight. */
const LEAST_CHANCE_OF_FAILURE = 0.5
/** Missions between two looks at the precision. */
const BATCH = 500
const NORMAL_975 = 1.959963984540054

/**
 * Probability that a system loses data within a mission, however small. Missions are played as they are, except that each
 * begins with a failure in its time, which is weighed by its probability; and beside every degraded period that begins, an
 * independent one is played in which a further failure is as likely as the end of the next repair, weighed by the likelihood
 * ratio. The mission's own degraded period decides only whether it goes on. The sum of the weights is an unbiased estimate,
 * for any law of repairs, because a mission loses data in exactly one of its degraded periods.
 *
 * Failures must be exponential. Source of failure biasing and forcing: Nicola, Shahabuddin, Nakayama, Techniques for fast
 * simulation of models of highly dependable systems, IEEE Transactions on Reliability 50 (2001) 246-264.
 */
export function rareLoss(system: RedundancyGroups, options: RareLossOptions): RareLoss {
  const { seed, mission, relativeError: goal = 0.02, maxMissions = 1e7 } = options
  const { groups = 1 } = system
  const player = new BiasedMissions(system, mission, randomStream([seed, 'rare loss']))
  let missions = 0
  let sum = 0
  let squares = 0
  let relativeError = Infinity
  while (relativeError > goal && missions < maxMissions) {
    for (let k = 0; k < BATCH; k += 1) {
      const weight = player.play()
      sum += weight
      squares += weight * weight
    }
    missions += BATCH
    const mean = sum / missions
    if (mean > 0) relativeError = Math.sqrt(Math.max(0, squares / missions - mean * mean) / missions) / mean
  }
  const mean = sum / missions
  // Groups are independent: one of them loses data unless all survive. Of small probabilities the sum is exact enough.
  const value = mean < 1e-9 ? groups * mean : -expm1(groups * ln(1 - mean))
  const half = NORMAL_975 * relativeError * value
  return {
    value,
    ci95: [Math.max(0, value - half), Math.min(1, value + half)],
    relativeError,
    missions,
    events: player.events,
    crudeMissions: (1 - value) / (value * relativeError ** 2),
  }
}

/** What a degraded period comes to. */
interface Degraded {
  /** Sum of the likelihood ratios of its losses. */
  readonly weight: number
  /** When all units were whole again; undefined after a loss, or when the mission ended first. */
  readonly wholeAt: number | undefined
}

/** Plays missions of one group. */
class BiasedMissions {
  events = 0
  readonly #units: number
  readonly #tolerates: number
  readonly #repairers: number
  readonly #mission: number
  readonly #random: RandomStream
  readonly #failureRate: number
  readonly #repairTime: () => number
  readonly #latentErrors: RedundancyGroups['latentErrors']

  constructor(system: RedundancyGroups, mission: number, random: RandomStream) {
    const { units, tolerates, failure, repair, repairers = Infinity, latentErrors } = system
    if (failure.law !== 'exponential') {
      throw new RangeError(`rare losses are worked out for exponential failures, not for the ${failure.law} law`)
    }
    if (!(Number.isInteger(tolerates) && tolerates >= 0 && tolerates < units)) {
      throw new RangeError(`a group of ${units} tolerates 0 to ${units - 1} failures, not ${tolerates}`)
    }
    this.#units = units
    this.#tolerates = tolerates
    this.#repairers = repairers
    this.#latentErrors = latentErrors
    this.#mission = mission
    this.#random = random
    this.#failureRate = 1 / failure.mean
    const law = repair === undefined ? undefined : lawOf(repair)
    this.#repairTime = law === undefined ? () => Infinity : () => law.sample(random)
  }

  /** The weight of one mission. */
  play(): number {
    const rate = this.#units * this.#failureRate
    const failsInTime = -expm1(-rate * this.#mission)
    // The first failure, given that there is one in time.
    let now = -ln(1 - this.#random.uniform() * failsInTime) / rate
    let weight = 0
    while (now < this.#mission) {
      weight += this.#degraded(now, true).weight
      const own = this.#degraded(now, false)
      if (own.wholeAt === undefined) break
      now = own.wholeAt + this.#random.exponential(1 / rate)
    }
    return weight * failsInTime
  }

  /**
   * Plays from a first failure to the last repair, the loss, or the end of the mission.
   * @param biased makes the next failure as likely as the end of the next repair
   */
  #degraded(start: number, biased: boolean): Degraded {
    let now = start
    let down = 1
    let ratio = 1
    let weight = 0
    const repairedAt: number[] = []
    for (;;) {
      this.events += 1
      if (down > this.#tolerates) return { weight: weight + ratio, wholeAt: undefined }
      if (down === this.#tolerates && this.#latentErrors !== undefined) {
        const lost = this.#latentErrorAmong(this.#units - down)
        if (biased) {
          weight += ratio * lost
          ratio *= 1 - lost
        } else if (this.#random.chance(lost)) return { weight, wholeAt: undefined }
      }
      // The last failure was followed by repairs, or is: until the next one.
      for (;;) {
        while (repairedAt.length < Math.min(down, this.#repairers)) insert(repairedAt, now + this.#repairTime())
        const next = Math.min(repairedAt[0]!, this.#mission)
        const rate = (this.#units - down) * this.#failureRate
        const fails = -expm1(-rate * (next - now))
        const played = biased ? Math.max(fails, LEAST_CHANCE_OF_FAILURE) : fails
        if (this.#random.chance(played)) {
          ratio *= fails / played
          now -= ln(1 - this.#random.uniform() * fails) / rate
          break
        }
        ratio *= (1 - fails) / (1 - played)
        now = next
        if (now === this.#mission) return { weight, wholeAt: undefined }
        this.events += 1
        repairedAt.shift()
        down -= 1
        if (down === 0) return { weight, wholeAt: now }
      }
      down += 1
    }
  }

  /** Probability that one of `units` has an error that no scrub has found. */
  #latentErrorAmong(units: number): number {
    const { rate, scrubInterval } = this.#latentErrors!
    // For one unit, averaged over the time since its scrub.
    const x = rate * scrubInterval
    const clean = x === 0 ? 1 : scrubInterval === Infinity ? 0 : -expm1(-x) / x
    return 1 - clean ** units
  }
}

function insert(sorted: number[], value: number): void {
  let at = sorted.length
  while (at > 0 && sorted[at - 1]! > value) at -= 1
  sorted.splice(at, 0, value)
}

/** exp(x) − 1, also for small x, where the series is exact to rounding. */
export function expm1(x: number): number {
  if (Math.abs(x) > 1e-3) return exp(x) - 1
  return x * (1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + x / 5))))
}
