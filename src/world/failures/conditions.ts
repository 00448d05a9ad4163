import type { HazardCommon } from '../estate.ts'

/** A hazard that something in the world is wrong with: a node, a store, a job, as its kind has it. */
export interface TargetedHazard extends HazardCommon {
  readonly target: string
}

/** Something that has been wrong since an instant, and that nobody may have noticed: it takes effect when it is met. */
export interface Condition<H extends TargetedHazard = TargetedHazard> {
  readonly hazard: H
  readonly since_s: number
  /** When it is put right; seconds since start, Infinity for never. */
  readonly until_s: number
}

/** All that is wrong with a world. What its jobs and recoveries do, they ask it for what stands in their way. */
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

  /** Somebody has noticed, and puts it right at an instant. */
  end(hazard: HazardCommon, at_s: number): void {
    this.#all = this.#all.map((each) =>
      each.hazard.name === hazard.name && each.until_s > at_s ? { ...each, until_s: at_s } : each,
    )
  }

  /** Conditions of a kind that hold now. */
  holding<H extends TargetedHazard = TargetedHazard>(kind: H['kind']): ReadonlyArray<Condition<H>> {
    const now_s = this.#now()
    return this.ofKind<H>(kind).filter(({ since_s, until_s }) => since_s <= now_s && now_s < until_s)
  }

  /** Conditions of a kind that hold or have held. */
  ofKind<H extends TargetedHazard = TargetedHazard>(kind: H['kind']): ReadonlyArray<Condition<H>> {
    return this.#all.filter((each): each is Condition<H> => each.hazard.kind === kind)
  }
}
