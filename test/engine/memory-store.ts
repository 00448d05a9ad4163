import {
  BlobExistsError,
  BlobNotFoundError,
  ObjectLockedError,
  StoreUnavailableError,
} from '../../src/engine/errors.ts'
import { heldBytes } from '../../src/engine/bytes/held-bytes.ts'
import type { BlobInfo, BlobStore, ByteRange, Content, PutOptions } from '../../src/engine/ports.ts'

interface Blob {
  readonly bytes: Uint8Array
  readonly created: number
  readonly lockedUntil?: number
}

/** Blobs in memory, with object lock, by a clock that the test sets. Can die at any write, and come back. */
export class MemoryStore implements BlobStore {
  readonly name = 'memory'
  readonly locks: boolean
  now: number
  /** Writes (put, delete) since the last `surviving`. */
  writes = 0
  private readonly blobs: Map<string, Blob>
  private diesAt = Number.POSITIVE_INFINITY
  private diesAfterEffect = false
  private dead = false
  /** Called before each request, with what is asked; may throw. */
  onRequest:
    | ((operation: 'put' | 'get' | 'stat' | 'list' | 'delete' | 'lock', name: string) => void | Promise<void>)
    | undefined

  constructor(now: number, locks = false, blobs: Map<string, Blob> = new Map()) {
    this.now = now
    this.locks = locks
    this.blobs = blobs
  }

  /** A copy that the next owner finds, alive. */
  surviving(): MemoryStore {
    return new MemoryStore(this.now, this.locks, new Map(this.blobs))
  }

  /** From the n-th write on (0 is the next) nothing works any more; that write has taken effect or has not. */
  dieAtWrite(n: number, afterEffect: boolean): void {
    this.writes = 0
    this.diesAt = n
    this.diesAfterEffect = afterEffect
  }

  /** The store is back after an outage. */
  revive(): void {
    this.dead = false
    this.diesAt = Number.POSITIVE_INFINITY
  }

  async put(name: string, parts: readonly Content[], options: PutOptions = {}): Promise<void> {
    await this.onRequest?.('put', name)
    const bytes = Buffer.concat(parts.map(heldBytes))
    await this.write(() => {
      if (this.blobs.has(name)) throw new BlobExistsError(`there is a blob ${name} already`)
      this.blobs.set(name, {
        bytes,
        created: this.now,
        ...(this.locks && options.lockUntil !== undefined ? { lockedUntil: options.lockUntil } : {}),
      })
    })
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    await this.onRequest?.('get', name)
    this.requireAlive()
    const { bytes } = this.find(name)
    return range === undefined ? bytes : bytes.subarray(range.start, range.end)
  }

  async stat(name: string): Promise<BlobInfo> {
    await this.onRequest?.('stat', name)
    this.requireAlive()
    return this.info(name, this.find(name))
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    await this.onRequest?.('list', prefix)
    this.requireAlive()
    for (const name of [...this.blobs.keys()].filter((blob) => blob.startsWith(prefix)).sort()) {
      const blob = this.blobs.get(name)
      if (blob !== undefined) yield this.info(name, blob)
    }
  }

  async delete(name: string): Promise<void> {
    await this.onRequest?.('delete', name)
    await this.write(() => {
      const { lockedUntil } = this.find(name)
      if (lockedUntil !== undefined && lockedUntil > this.now)
        throw new ObjectLockedError(`${name} is locked until ${lockedUntil}`)
      this.blobs.delete(name)
    })
  }

  async extendLock(name: string, until: number, to = until): Promise<number | undefined> {
    await this.onRequest?.('lock', name)
    this.requireAlive()
    const { lockedUntil } = this.find(name)
    if (!this.locks || (lockedUntil !== undefined && lockedUntil >= until)) return lockedUntil
    await this.write(() => void this.blobs.set(name, { ...this.find(name), lockedUntil: to }))
    return to
  }

  /** Puts other bytes in the place of a blob's, as bit rot and attackers do; undefined takes the blob away. */
  damage(name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): void {
    const blob = this.find(name)
    const bytes = change(Uint8Array.from(blob.bytes))
    if (bytes === undefined) this.blobs.delete(name)
    else this.blobs.set(name, { ...blob, bytes })
  }

  names(prefix = ''): string[] {
    return this.contents(prefix).map(([name]) => name)
  }

  /** Names and sizes, for comparison. */
  contents(prefix = ''): Array<[name: string, size: number]> {
    return [...this.blobs]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { bytes }]): [string, number] => [name, bytes.length])
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  private async write(effect: () => void): Promise<void> {
    this.requireAlive()
    if (this.writes++ < this.diesAt) return effect()
    if (this.diesAfterEffect) effect()
    this.dead = true
    throw new StoreUnavailableError('the store has just died')
  }

  private requireAlive(): void {
    if (this.dead) throw new StoreUnavailableError('the store is dead')
  }

  private find(name: string): Blob {
    const blob = this.blobs.get(name)
    if (blob === undefined) throw new BlobNotFoundError(`there is no blob ${name}`)
    return blob
  }

  private info(name: string, { bytes, created, lockedUntil }: Blob): BlobInfo {
    return { name, size: bytes.length, created, ...(lockedUntil === undefined ? {} : { lockedUntil }) }
  }
}
