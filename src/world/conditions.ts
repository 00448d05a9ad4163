import type { HazardSpecification } from './specification.ts'

/** Something that has been wrong since an instant, and that nobody may have noticed: it takes effect when it is met. */
export interface Condition<H extends HazardSpecification = HazardSpecification> {
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
  end(hazard: HazardSpecification, at_s: number): void {
    this.#all = this.#all.map((each) =>
      each.hazard.name === hazard.name && each.until_s > at_s ? { ...each, until_s: at_s } : each,
    )
  }

  /** Conditions of a kind that hold now. */
  holding<K extends HazardSpecification['kind']>(
    kind: K,
  ): ReadonlyArray<Condition<Extract<HazardSpecification, { kind: K }>>> {
    const now_s = this.#now()
    return this.ofKind(kind).filter(({ since_s, until_s }) => since_s <= now_s && now_s < until_s)
  }

  /** Conditions of a kind that hold or have held. */
  ofKind<K extends HazardSpecification['kind']>(
    kind: K,
  ): ReadonlyArray<Condition<Extract<HazardSpecification, { kind: K }>>> {
    return this.#all.filter((each): each is Condition<Extract<HazardSpecification, { kind: K }>> => {
      return each.hazard.kind === kind
    })
  }
}
