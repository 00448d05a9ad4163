import { exp, lawOf } from '../../kernel/index.ts'
import type { LawDescription, RandomStream } from '../../kernel/index.ts'

/** Units (disks, nodes, copies) in groups that each survive a number of failures: mirrors, RAID, erasure codes, replicas. */
export interface RedundancyGroups {
  /** Number of groups, independent of one another. Default 1. */
  readonly groups?: number
  /** Units of a group: 8 for RAID 7+1, 3 for three replicas. */
  readonly units: number
  /** Units of a group that may be down at once without loss: 1 for RAID 7+1, 2 for three replicas. */
  readonly tolerates: number
  /** Time to failure of a new unit, in the unit of time of the caller; the same for all times here. */
  readonly failure: LawDescription
  /**
   * Time from a failure (from the start of the repair, where repairs queue) until a new unit is in place. Absent: no
   * repair.
   */
  readonly repair?: LawDescription
  /** Repairs of one group that can run at once: 1 is serial repair, as textbook MTTDL assumes. Default: all. */
  readonly repairers?: number
  /** Sectors that have become unreadable without anybody noticing. */
  readonly latentErrors?: LatentErrors
}

/**
 * Latent sector errors arrive on every unit at random and stay until a scrub finds them. A repair that needs every
 * remaining unit cannot read one that has an error: that loses data, however little.
 */
export interface LatentErrors {
  /** Per unit, per unit of time. */
  readonly rate: number
  /** Time between two scrubs of a unit; Infinity: never. */
  readonly scrubInterval: number
}

/** The fate of one system. */
export interface Life {
  /** Time of the first loss of data; Infinity: none within the horizon. */
  readonly loss: number
  /** Failures of units, up to the loss or the horizon. */
  readonly failures: number
}

/**
 * Plays lives of a system, each from new units. Groups are played one after the other, which is equivalent to playing
 * them together because they are independent; a group stops at the loss of an earlier one.
 */
export class LifeSimulator {
  readonly #groups: number
  readonly #units: number
  readonly #tolerates: number
  readonly #repairers: number
  readonly #failureQuantile: (p: number) => number
  readonly #failureCdf: (x: number) => number
  readonly #repairTime: ((random: RandomStream) => number) | undefined
  readonly #latentErrors: LatentErrors | undefined
  /** When each unit of the current group fails; Infinity while it is down. */
  readonly #failsAt: Float64Array
  /** When each failed unit will have been replaced, ascending. */
  #repairedAt: { at: number; unit: number }[] = []
  /** Units that wait for a repairer, in order of failure. */
  #waiting: number[] = []

  constructor(system: RedundancyGroups) {
    const { groups = 1, units, tolerates, failure, repair, repairers = Infinity, latentErrors } = system
    if (!(Number.isInteger(units) && units >= 1)) throw new RangeError(`a group has at least 1 unit, not ${units}`)
    if (!(Number.isInteger(tolerates) && tolerates >= 0 && tolerates < units)) {
      throw new RangeError(`a group of ${units} tolerates 0 to ${units - 1} failures, not ${tolerates}`)
    }
    if (!(repairers >= 1)) throw new RangeError(`a group has at least 1 repairer, not ${repairers}`)
    this.#groups = groups
    this.#units = units
    this.#tolerates = tolerates
    this.#repairers = repairers
    this.#latentErrors = latentErrors
    const failureLaw = lawOf(failure)
    this.#failureQuantile = (p) => failureLaw.quantile(p)
    this.#failureCdf = (x) => failureLaw.cdf(x)
    if (repair !== undefined) {
      const repairLaw = lawOf(repair)
      this.#repairTime = (random) => repairLaw.sample(random)
    }
    this.#failsAt = new Float64Array(units)
  }

  /** Plays one life, up to the first loss or the horizon. */
  play(random: RandomStream, horizon = Infinity): Life {
    // Most units outlive most horizons, so whether this one does is drawn before its lifetime is worked out.
    const failsWithin = horizon === Infinity ? 1 : this.#failureCdf(horizon)
    let loss = Infinity
    let failures = 0
    for (let group = 0; group < this.#groups; group++) {
      const failsAt = this.#failsAt
      let first = Infinity
      for (let unit = 0; unit < this.#units; unit++) {
        const p = random.uniform()
        const at = p < failsWithin ? this.#failureQuantile(p) : Infinity
        failsAt[unit] = at
        if (at < first) first = at
      }
      const limit = Math.min(horizon, loss)
      if (first >= limit) continue
      const life = this.#playGroup(random, limit)
      failures += life.failures
      if (life.loss < loss) loss = life.loss
    }
    return { loss, failures }
  }

  #playGroup(random: RandomStream, limit: number): Life {
    const failsAt = this.#failsAt
    const repaired = (this.#repairedAt = [])
    const waiting = (this.#waiting = [])
    let failures = 0
    for (;;) {
      let unit = 0
      for (let other = 1; other < this.#units; other++) if (failsAt[other]! < failsAt[unit]!) unit = other
      const now = failsAt[unit]!
      this.#replace(Math.min(now, limit), random)
      // A unit that has just been replaced may fail earlier.
      if (failsAt.some((at) => at < now)) continue
      if (now >= limit) return { loss: Infinity, failures }
      failures++
      failsAt[unit] = Infinity
      if (repaired.length + waiting.length + 1 > this.#tolerates) return { loss: now, failures }
      this.#startRepair(unit, now, random)
      const down = repaired.length + waiting.length
      if (down === this.#tolerates && this.#latentErrorAmong(this.#units - down, random)) return { loss: now, failures }
    }
  }

  #startRepair(unit: number, now: number, random: RandomStream): void {
    const { length } = this.#repairedAt
    if (this.#repairTime === undefined || length >= this.#repairers) {
      this.#waiting.push(unit)
      return
    }
    const at = now + this.#repairTime(random)
    let place = length
    while (place > 0 && this.#repairedAt[place - 1]!.at > at) place--
    this.#repairedAt.splice(place, 0, { at, unit })
  }

  /** Returns the units repaired by then to service. */
  #replace(until: number, random: RandomStream): void {
    for (;;) {
      const next = this.#repairedAt[0]
      if (next === undefined || next.at > until) return
      this.#repairedAt.shift()
      this.#failsAt[next.unit] = next.at + this.#failureQuantile(random.uniform())
      const waiting = this.#waiting.shift()
      if (waiting !== undefined) this.#startRepair(waiting, next.at, random)
      // It may fail again before the others return, and that failure must be played first.
      if (this.#failsAt[next.unit]! < until) return
    }
  }

  #latentErrorAmong(units: number, random: RandomStream): boolean {
    if (this.#latentErrors === undefined) return false
    const { rate, scrubInterval } = this.#latentErrors
    for (let unit = 0; unit < units; unit++) {
      const sinceScrub = random.uniform() * scrubInterval
      if (random.chance(1 - exp(-rate * sinceScrub))) return true
    }
    return false
  }
}

/** How many missions were played and how many lost data. */
export interface MissionCount {
  readonly missions: number
  readonly losses: number
  readonly failures: number
}

/** Missions are played in blocks of this many, each with a random stream of its own, so that threads can share them. */
export const MISSIONS_PER_BLOCK = 2048

/** Plays one block of missions. The same system, seed and block number give the same counts on every machine. */
export function playBlock(
  simulator: LifeSimulator,
  mission: number,
  missions: number,
  random: RandomStream,
): MissionCount {
  let losses = 0
  let failures = 0
  for (let k = 0; k < missions; k++) {
    const life = simulator.play(random, mission)
    if (life.loss < mission) losses++
    failures += life.failures
  }
  return { missions, losses, failures }
}
