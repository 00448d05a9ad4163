import type { Instant } from '../../../engine/ports.ts'

/** A span in which an object was not locked. */
export type Unlocked = readonly [from: Instant, to: Instant]

/** When each object of a store was not locked: what somebody with the right to delete could have deleted, and when. */
export class LockHistory {
  readonly #objects = new Map<string, { readonly gaps: Unlocked[]; until: Instant }>()

  put(name: string, now: Instant, lockedUntil: Instant = now): void {
    this.#objects.set(name, { gaps: [], until: lockedUntil })
  }

  extended(name: string, now: Instant, lockedUntil: Instant): void {
    const known = this.#objects.get(name)
    if (known === undefined) return
    if (known.until < now) known.gaps.push([known.until, now])
    known.until = lockedUntil
  }

  /** The unlocked spans of an object, if there was one of that name; the last has no end, whatever happened to the object. */
  unlocked(name: string): readonly Unlocked[] | undefined {
    const known = this.#objects.get(name)
    return known && [...known.gaps, [known.until, Infinity]]
  }
}
