import { heldBytes } from '../../src/engine/bytes/held-bytes.ts'
import { StoreUnavailableError } from '../../src/engine/errors.ts'
import type { BlobInfo, BlobStore, ByteRange, Content, PutOptions } from '../../src/engine/ports.ts'
import type { MemoryStore } from './memory-store.ts'

/** What becomes of a write that was under way when the power failed. */
export type Fate = 'lost' | 'whole' | 'torn'

type UnderWay = { readonly name: string } & (
  | { readonly kind: 'put'; readonly content: Uint8Array; readonly options: PutOptions }
  | { readonly kind: 'delete' }
  | { readonly kind: 'lock'; readonly until: number; readonly to: number }
)

/**
 * A store whose writes take a while, so that several are under way at once, and whose power fails at one of them. Of those
 * under way each meets a fate of its own, whichever came first: what was acknowledged stays, all else may be lost, whole, or
 * the beginning only.
 */
export class UnorderedStore implements BlobStore {
  readonly name = 'memory'
  /** What the next owner finds. */
  readonly disk: MemoryStore
  /** Writes that were under way when the power failed. */
  interrupted = 0
  writes = 0
  private readonly failsAt: number
  private readonly fateOf: (write: number) => Fate
  private readonly underWay = new Set<UnderWay>()
  private failed = false

  constructor(disk: MemoryStore, failsAt: number, fateOf: (write: number) => Fate) {
    this.disk = disk
    this.failsAt = failsAt
    this.fateOf = fateOf
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    this.requirePower()
    return this.disk.get(name, range)
  }

  async stat(name: string): Promise<BlobInfo> {
    this.requirePower()
    return this.disk.stat(name)
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    this.requirePower()
    yield* this.disk.list(prefix)
  }

  put(name: string, parts: readonly Content[], options: PutOptions = {}): Promise<void> {
    return this.write({ name, kind: 'put', content: Buffer.concat(parts.map(heldBytes)), options })
  }

  delete(name: string): Promise<void> {
    return this.write({ name, kind: 'delete' })
  }

  async extendLock(name: string, until: number, to = until): Promise<number | undefined> {
    await this.write({ name, kind: 'lock', until, to })
    return (await this.disk.stat(name)).lockedUntil
  }

  private async write(write: UnderWay): Promise<void> {
    this.requirePower()
    this.underWay.add(write)
    if (this.writes++ === this.failsAt) await this.failPower()
    // Long enough for others to be begun meanwhile.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    this.requirePower()
    this.underWay.delete(write)
    await this.carryOut(write, 'whole')
  }

  private async failPower(): Promise<void> {
    this.failed = true
    this.interrupted = this.underWay.size
    let number = 0
    for (const write of this.underWay) await this.carryOut(write, this.fateOf(number++))
  }

  /** There are no half deletions and no half locks, and no store locks the half of a blob. */
  private async carryOut(write: UnderWay, fate: Fate): Promise<void> {
    const { name } = write
    if (write.kind === 'put') {
      const { content, options } = write
      if (fate === 'whole') await this.disk.put(name, [content], options)
      if (fate === 'torn') await this.disk.put(name, [content.subarray(0, content.length >> 1)])
    } else if (fate === 'whole') {
      if (write.kind === 'delete') await this.disk.delete(name)
      else await this.disk.extendLock(name, write.until, write.to)
    }
  }

  private requirePower(): void {
    if (this.failed) throw new StoreUnavailableError('the power has failed')
  }
}
