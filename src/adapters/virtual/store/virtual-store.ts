import {
  AccessDeniedError,
  BlobExistsError,
  BlobNotFoundError,
  ObjectLockedError,
  StoreFullError,
  StoreUnavailableError,
} from '../../../engine/errors.ts'
import type { BlobInfo, BlobStore, ByteRange, Clock, Content, Instant } from '../../../engine/ports.ts'
import { DeletedObjects } from './deleted-objects.ts'
import { concatContents, sliceContent } from '../content/parts.ts'
import { DamagedContent } from '../content/sealed-extents.ts'
import type { LockHistory } from './lock-history.ts'
import { ObjectTable } from './object-table.ts'
import type { StoredObject } from './object-table.ts'
import { sizeText } from '../size-text.ts'
import { StoreConnection } from './store-connection.ts'
import type { ServingStore, StoreAccess } from './store-connection.ts'

export interface StoreOptions {
  readonly name: string
  /** Infinity: never full. */
  readonly capacity_bytes: number
  readonly clock: Clock
  /** Deleted objects stay, hidden, for this long and count as stored. Default: they are removed at once. */
  readonly keepsDeleted_s?: number
}

/** Called after each change of what the store holds. */
export type StoreObserver = (change: 'put' | 'delete', name: string, bytes: number, time: Instant) => void

/**
 * The objects of one simulated store. An object exists once its put has completed. Access goes through `connect`; the
 * store itself takes no time.
 */
export class VirtualStore implements ServingStore {
  readonly name: string
  readonly capacity_bytes: number
  onChange: StoreObserver | undefined
  /** Recorded while present. */
  lockHistory: LockHistory | undefined
  readonly #clock: Clock
  readonly #objects: ObjectTable
  readonly #deleted: DeletedObjects | undefined
  #stored_bytes = 0
  /** Bytes announced by puts under way. */
  #coming_bytes = 0
  #destroyed: Error | undefined
  #losses = 0

  constructor(options: StoreOptions, origin?: VirtualStore) {
    this.name = options.name
    this.capacity_bytes = options.capacity_bytes
    this.#clock = options.clock
    this.#objects = origin === undefined ? new ObjectTable() : new ObjectTable(origin.#objects)
    const { keepsDeleted_s } = options
    if (keepsDeleted_s !== undefined) this.#deleted = new DeletedObjects(keepsDeleted_s, origin?.deletedObjects)
    if (origin === undefined) return
    this.#stored_bytes = origin.#stored_bytes
    this.#destroyed = origin.#destroyed
  }

  get stored_bytes(): number {
    return this.#stored_bytes
  }

  /** Number of objects. */
  get objects(): number {
    return this.#objects.size
  }

  /** An independent continuation, at a cost independent of its size. The original must not change while the fork is in use. */
  fork(clock: Clock = this.#clock): VirtualStore {
    const { name, capacity_bytes } = this
    const versions = this.#deleted === undefined ? {} : { keepsDeleted_s: this.#deleted.keep_s }
    return new VirtualStore({ name, capacity_bytes, clock, ...versions }, this)
  }

  /** Removes for good what was deleted long enough ago. */
  expireDeleted(): void {
    const now = this.#clock.now()
    for (const { name, object } of this.#deleted?.expired(now) ?? []) this.#removed(name, object.content.length, now)
  }

  /** Removes everything deleted for good, as anyone who may delete versions can. */
  purgeDeleted(): void {
    const now = this.#clock.now()
    for (const { name, object } of this.#deleted?.since(-Infinity) ?? [])
      this.#removed(name, object.content.length, now)
  }

  /** Restores what was deleted at or after an instant, unless its name has been reused. Returns the names. */
  undelete(since: Instant): string[] {
    this.expireDeleted()
    const names: string[] = []
    for (const { name, object, deleted } of this.#deleted?.since(since).reverse() ?? []) {
      if (this.#objects.get(name) !== undefined) this.#deleted!.add(name, object, deleted)
      else {
        this.#objects.set(object)
        names.push(name)
      }
    }
    return names.sort()
  }

  /** @internal */
  get deletedObjects(): DeletedObjects | undefined {
    return this.#deleted
  }

  /** The store is destroyed with its contents. */
  destroy(reason: Error): void {
    this.#destroyed = reason
    this.#losses += 1
    this.#objects.clear()
    this.#deleted?.clear()
    this.#stored_bytes = 0
  }

  /** Removes everything but what is kept elsewhere. Returns the number of remaining objects. */
  loseAllBut(survives: (name: string) => boolean): number {
    const now = this.#clock.now()
    for (const { info } of this.#objects.list('')) {
      if (survives(info.name)) continue
      this.#objects.delete(info.name)
      this.#removed(info.name, info.size, now)
    }
    return this.#objects.size
  }

  /** An empty store replaces a destroyed one. */
  replace(): void {
    this.#destroyed = undefined
  }

  /** Bit rot: from now on the object holds other bytes than were written there. Nobody is told. */
  damage(name: string, range: ByteRange): void {
    const object = this.#object(name)
    const { content } = object
    const { start } = range
    const end = Math.min(range.end, content.length)
    const damaged = sliceContent(content, start, end)
    const rotten = damaged instanceof Uint8Array ? damaged.map((byte) => byte ^ 0x55) : new DamagedContent(end - start)
    const parts = [sliceContent(content, 0, start), rotten, sliceContent(content, end, content.length)]
    this.#objects.set({ ...object, content: concatContents(parts) })
  }

  /** The engine's port for merely inspecting what is stored: takes no time, costs nothing, and leaves no trace. */
  observe(): BlobStore {
    const refuse = (name: string): never => {
      throw new AccessDeniedError(`${name} in ${this.name} is only looked at`)
    }
    return {
      name: this.name,
      put: async (name) => refuse(name),
      delete: async (name) => refuse(name),
      stat: async (name) => this.info(name),
      get: async (name, range) => {
        const content = this.content(name)
        const start = Math.min(range?.start ?? 0, content.length)
        const slice = sliceContent(content, start, Math.max(start, Math.min(range?.end ?? Infinity, content.length)))
        return slice instanceof Uint8Array ? slice.slice() : slice
      },
      list: async function* (this: VirtualStore, prefix: string) {
        yield* this.infos(prefix)
      }.bind(this),
    }
  }

  /** The engine's port, as one principal sees the store. */
  connect(access: StoreAccess): BlobStore {
    return new StoreConnection(this, access)
  }

  // Operations of connections once a request has arrived.

  /** @internal */
  get losses(): number {
    return this.#losses
  }

  /** @internal */
  assertThere(): void {
    if (this.#destroyed === undefined) return
    throw new StoreUnavailableError(`${this.name} is gone: ${this.#destroyed.message}`, { cause: this.#destroyed })
  }

  /** @internal */
  announce(name: string, bytes: number): void {
    this.assertThere()
    if (this.#objects.get(name) !== undefined) throw new BlobExistsError(`${name} exists in ${this.name}`)
    const free_bytes = this.capacity_bytes - this.#stored_bytes - this.#coming_bytes
    if (bytes > free_bytes) {
      const free = `${sizeText(free_bytes)} of ${sizeText(this.capacity_bytes)} are free`
      throw new StoreFullError(`${this.name} is full: ${free}, and ${sizeText(bytes)} more were to be stored`)
    }
    this.#coming_bytes += bytes
  }

  /** @internal */
  lost(bytes: number): void {
    this.#coming_bytes -= bytes
  }

  /** @internal */
  arrived(name: string, content: Content, lockedUntil: (now: Instant) => Instant | undefined): void {
    const bytes = content.length
    this.#coming_bytes -= bytes
    this.assertThere()
    if (this.#objects.get(name) !== undefined) throw new BlobExistsError(`${name} exists in ${this.name}`)
    const created = this.#clock.now()
    const until = lockedUntil(created)
    this.#objects.set({ content, info: { name, size: bytes, created, ...lockedTo(until) } })
    this.lockHistory?.put(name, created, until)
    this.#stored_bytes += bytes
    this.onChange?.('put', name, bytes, created)
  }

  /** @internal */
  content(name: string): Content {
    return this.#object(name).content
  }

  /** @internal */
  info(name: string): BlobInfo {
    return this.#object(name).info
  }

  /** @internal Ascending. */
  names(prefix: string): string[] {
    return this.infos(prefix).map(({ name }) => name)
  }

  /** @internal What has this prefix, by name. */
  infos(prefix: string): BlobInfo[] {
    this.assertThere()
    const infos: BlobInfo[] = []
    const objects = this.#objects.list(prefix)
    for (let at = 0; at < objects.length; at++) infos.push(objects[at]!.info)
    return infos
  }

  /** @internal Changes whenever an object is added, removed or changed. */
  get changes(): number {
    return this.#objects.changes
  }

  /** @internal Undefined when there is none. */
  find(name: string): BlobInfo | undefined {
    this.assertThere()
    return this.#objects.get(name)?.info
  }

  /** @internal */
  lock(name: string, until: Instant): void {
    const { content, info } = this.#object(name)
    this.#objects.set({ content, info: { ...info, lockedUntil: until } })
    this.lockHistory?.extended(name, this.#clock.now(), until)
  }

  /** @internal */
  remove(name: string): void {
    const object = this.#object(name)
    const { size, lockedUntil } = object.info
    const now = this.#clock.now()
    if (lockedUntil !== undefined && now < lockedUntil) {
      throw new ObjectLockedError(
        `${name} in ${this.name} is locked until ${new Date(lockedUntil * 1000).toISOString()}`,
      )
    }
    this.#objects.delete(name)
    if (this.#deleted === undefined) this.#removed(name, size, now)
    else this.#deleted.add(name, object, now)
  }

  #removed(name: string, bytes: number, now: Instant): void {
    this.#stored_bytes -= bytes
    this.onChange?.('delete', name, bytes, now)
  }

  #object(name: string): StoredObject {
    this.assertThere()
    const object = this.#objects.get(name)
    if (object === undefined) throw new BlobNotFoundError(`there is no ${name} in ${this.name}`)
    return object
  }
}

function lockedTo(lockedUntil: Instant | undefined): Pick<BlobInfo, 'lockedUntil'> {
  return lockedUntil === undefined ? {} : { lockedUntil }
}
