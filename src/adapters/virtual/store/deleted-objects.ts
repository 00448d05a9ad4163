import type { Instant } from '../../../engine/ports.ts'
import type { StoredObject } from './object-table.ts'

/** A deleted object that a store with versions still keeps. */
export interface DeletedObject {
  readonly name: string
  readonly object: StoredObject
  readonly deleted: Instant
}

/** The deleted objects that a store with versions keeps, in the order of deletion. */
export class DeletedObjects {
  readonly keep_s: number
  #kept: DeletedObject[]

  constructor(keep_s: number, origin?: DeletedObjects) {
    this.keep_s = keep_s
    this.#kept = origin === undefined ? [] : [...origin.#kept]
  }

  add(name: string, object: StoredObject, deleted: Instant): void {
    this.#kept.push({ name, object, deleted })
  }

  /** Removes and returns those that have been kept long enough. */
  expired(now: Instant): DeletedObject[] {
    return this.#take(({ deleted }) => deleted + this.keep_s <= now)
  }

  /** Removes and returns those deleted at or after an instant. */
  since(instant: Instant): DeletedObject[] {
    return this.#take(({ deleted }) => deleted >= instant)
  }

  clear(): void {
    this.#kept = []
  }

  #take(which: (deleted: DeletedObject) => boolean): DeletedObject[] {
    const taken = this.#kept.filter(which)
    if (taken.length > 0) this.#kept = this.#kept.filter((deleted) => !which(deleted))
    return taken
  }
}
