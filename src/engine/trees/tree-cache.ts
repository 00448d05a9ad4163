import type { Tree } from './tree.ts'

/** Entries of trees that are kept. */
const ENTRIES_AT_MOST = 400_000
/** Bytes of chunk lists that are kept. */
const LIST_BYTES_AT_MOST = 64 * 1024 * 1024

/** Bytes of opened segments that are kept: the next tree that is wanted is most often in the same one. */
const SEGMENT_BYTES_AT_MOST = 24 * 1024 * 1024

/** Addresses of chunks, and the entries of the index that they had when these were looked up. */
class KnownList {
  readonly addresses: Uint8Array
  readonly entries: Uint32Array | undefined

  constructor(addresses: Uint8Array, entries: Uint32Array | undefined) {
    this.addresses = addresses
    this.entries = entries
  }

  get length(): number {
    return this.addresses.length
  }
}

/** Trees and lists of chunks by address, those added last. Addresses are hexadecimal. */
export class TreeCache {
  readonly #trees: Bounded<Tree>
  readonly #lists: Bounded<KnownList>
  readonly #segments: Bounded<Uint8Array>

  constructor(origin?: TreeCache) {
    this.#trees = new Bounded(ENTRIES_AT_MOST, origin === undefined ? undefined : origin.#trees)
    this.#lists = new Bounded(LIST_BYTES_AT_MOST, origin === undefined ? undefined : origin.#lists)
    this.#segments = new Bounded(SEGMENT_BYTES_AT_MOST, origin === undefined ? undefined : origin.#segments)
  }

  get(address: string): Tree | undefined {
    return this.#trees.get(address)
  }

  add(address: string, tree: Tree): void {
    this.#trees.add(address, tree)
  }

  list(address: string): Uint8Array | undefined {
    return this.#lists.get(address)?.addresses
  }

  rememberEntries(address: string, entries: Uint32Array): void {
    const list = this.#lists.get(address)
    if (list !== undefined) this.#lists.replace(address, new KnownList(list.addresses, entries))
  }

  /** Entries of the chunks of a list, as far as they are known; some may have been moved since. */
  entriesOfList(address: string): Uint32Array | undefined {
    return this.#lists.get(address)?.entries
  }

  /** A segment of a pack, opened. */
  segment(pack: string, number: number): Uint8Array | undefined {
    return this.#segments.get(`${pack}:${number}`)
  }

  addSegment(pack: string, number: number, plain: Uint8Array): void {
    this.#segments.add(`${pack}:${number}`, plain)
  }

  addList(address: string, list: Uint8Array, entries?: Uint32Array): void {
    this.#lists.add(address, new KnownList(list, entries))
  }
}

/** Keeps so much of what was added last that the sum of the lengths stays within a limit. */
class Bounded<T extends { readonly length: number }> {
  readonly #limit: number
  readonly #items: Map<string, T>
  #length: number

  constructor(limit: number, origin?: Bounded<T>) {
    this.#limit = limit
    this.#items = new Map(origin === undefined ? [] : origin.#items)
    this.#length = origin === undefined ? 0 : origin.#length
  }

  get(key: string): T | undefined {
    return this.#items.get(key)
  }

  /** Puts another in the place of an item of the same length. */
  replace(key: string, item: T): void {
    this.#items.set(key, item)
  }

  add(key: string, item: T): void {
    if (this.#items.has(key)) return
    this.#items.set(key, item)
    this.#length += item.length + 1
    for (const [oldest, old] of this.#items) {
      if (this.#length <= this.#limit || oldest === key) break
      this.#items.delete(oldest)
      this.#length -= old.length + 1
    }
  }
}
