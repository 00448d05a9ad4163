import type { Instant } from '../../../engine/ports.ts'
import type { StoredObject } from './object-table.ts'

/** An object that was deleted, and stays for a while where the store keeps versions. */
export interface DeletedObject {
  readonly name: string
  readonly object: StoredObject
  readonly deleted: Instant
}

/** What a store with versions keeps of what was deleted, in the order of deletion. */
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

  /** Takes out what has been kept long enough. */
  expired(now: Instant): DeletedObject[] {
    return this.#take(({ deleted }) => deleted + this.keep_s <= now)
  }

  /** Takes out what was deleted at or after an instant. */
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
