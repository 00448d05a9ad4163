import type { HazardCommon } from '../estate.ts'

/** A hazard that leaves something in the world faulty: a node, a store or a job, depending on its kind. */
export interface TargetedHazard extends HazardCommon {
  readonly target: string
}

/** A fault that has existed since an instant, possibly unnoticed: it takes effect when some work meets it. */
export interface Condition<H extends TargetedHazard = TargetedHazard> {
  readonly hazard: H
  readonly since_s: number
  /** When it is repaired; seconds since start, Infinity for never. */
  readonly until_s: number
}

/** All current faults of a world. Jobs and recoveries ask it what interferes with their work. */
export class Conditions {
  readonly #now: () => number
  #all: readonly Condition[]

  constructor(now: () => number, origin?: Conditions) {
    this.#now = now
    this.#all = origin === undefined ? [] : origin.#all
  }

  begin(condition: Condition): void {
    this.#all = [...this.#all, condition]
  }

  /** Somebody has noticed the fault and repairs it at an instant. */
  end(hazard: HazardCommon, at_s: number): void {
    this.#all = this.#all.map((each) =>
      each.hazard.name === hazard.name && each.until_s > at_s ? { ...each, until_s: at_s } : each,
    )
  }

  /** The faults of a kind that hold now. */
  holding<H extends TargetedHazard = TargetedHazard>(kind: H['kind']): ReadonlyArray<Condition<H>> {
    const now_s = this.#now()
    return this.ofKind<H>(kind).filter(({ since_s, until_s }) => since_s <= now_s && now_s < until_s)
  }

  /** The faults of a kind that hold now or have held. */
  ofKind<H extends TargetedHazard = TargetedHazard>(kind: H['kind']): ReadonlyArray<Condition<H>> {
    return this.#all.filter((each): each is Condition<H> => each.hazard.kind === kind)
  }
}
