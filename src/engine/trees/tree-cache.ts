import type { Tree } from './tree.ts'

/** Entries of trees that are kept. */
const ENTRIES_AT_MOST = 400_000
/** Bytes of chunk lists that are kept. */
const LIST_BYTES_AT_MOST = 64 * 1024 * 1024

/** Bytes of opened segments that are kept: the next tree is most often in the same segment. */
const SEGMENT_BYTES_AT_MOST = 24 * 1024 * 1024

/** Index entries that chunks had after this number of changes of the index. */
export interface KnownEntries {
  readonly entries: Uint32Array
  readonly changes: number
}

/** A tree or a list of chunks, with the entries that it needed when they were looked up. */
class Known<Item extends { readonly length: number }> {
  readonly item: Item
  readonly known: KnownEntries | undefined
  readonly length: number

  constructor(item: Item, known: KnownEntries | undefined) {
    this.item = item
    this.known = known
    this.length = item.length
  }
}

/** Trees and lists of chunks by hexadecimal address, the most recently added ones. */
export class TreeCache {
  readonly #trees: Bounded<Known<Tree>>
  readonly #lists: Bounded<Known<Uint8Array>>
  readonly #segments: Bounded<Uint8Array>

  constructor(origin?: TreeCache) {
    this.#trees = new Bounded(ENTRIES_AT_MOST, origin === undefined ? undefined : origin.#trees)
    this.#lists = new Bounded(LIST_BYTES_AT_MOST, origin === undefined ? undefined : origin.#lists)
    this.#segments = new Bounded(SEGMENT_BYTES_AT_MOST, origin === undefined ? undefined : origin.#segments)
  }

  get(address: string): Tree | undefined {
    return this.#trees.get(address)?.item
  }

  /** @param known the tree's own entry, then those of the chunks, or lists of them, that its files name */
  add(address: string, tree: Tree, known?: KnownEntries): void {
    this.#trees.add(address, new Known(tree, known))
  }

  rememberEntriesOfTree(address: string, known: KnownEntries): void {
    const tree = this.#trees.get(address)
    if (tree !== undefined) this.#trees.replace(address, new Known(tree.item, known))
  }

  /** The entries that a tree needs, as far as known; chunks may have been moved since. */
  entriesOfTree(address: string): KnownEntries | undefined {
    return this.#trees.get(address)?.known
  }

  list(address: string): Uint8Array | undefined {
    return this.#lists.get(address)?.item
  }

  rememberEntries(address: string, known: KnownEntries): void {
    const list = this.#lists.get(address)
    if (list !== undefined) this.#lists.replace(address, new Known(list.item, known))
  }

  /** Entries of the chunks of a list, as far as known; chunks may have been moved since. */
  entriesOfList(address: string): KnownEntries | undefined {
    return this.#lists.get(address)?.known
  }

  /** The tree or list at this address is no longer needed. */
  drop(address: string): void {
    this.#trees.drop(address)
    this.#lists.drop(address)
  }

  /** An opened segment of a pack. */
  segment(pack: string, number: number): Uint8Array | undefined {
    return this.#segments.get(`${pack}:${number}`)
  }

  addSegment(pack: string, number: number, plain: Uint8Array): void {
    this.#segments.add(`${pack}:${number}`, plain)
  }

  addList(address: string, list: Uint8Array, known?: KnownEntries): void {
    this.#lists.add(address, new Known(list, known))
  }
}

/** Keeps the most recently added items up to a limit on the sum of their lengths. */
class Bounded<T extends { readonly length: number }> {
  readonly #limit: number
  readonly #items: Map<string, T>
  /** Goes through the items in the order of adding. A new iterator would have to step over all removed ones. */
  readonly #order: MapIterator<[string, T]>
  /** The next item to evict, where known. */
  #oldest: [string, T] | undefined
  #length: number

  constructor(limit: number, origin?: Bounded<T>) {
    this.#limit = limit
    this.#items = new Map(origin === undefined ? [] : origin.#items)
    this.#order = this.#items.entries()
    this.#length = origin === undefined ? 0 : origin.#length
  }

  get(key: string): T | undefined {
    return this.#items.get(key)
  }

  /** Replaces an item by one of the same length. */
  replace(key: string, item: T): void {
    this.#items.set(key, item)
  }

  /** Of what is kept already the one that is added may know more. */
  add(key: string, item: T): void {
    const items = this.#items.size
    this.#items.set(key, item)
    if (this.#items.size === items) return
    this.#length += item.length + 1
    while (this.#length > this.#limit) {
      this.#oldest ??= this.#order.next().value
      if (this.#oldest === undefined || this.#oldest[0] === key) break
      this.drop(this.#oldest[0])
    }
  }

  drop(key: string): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#items.delete(key)
    this.#length -= item.length + 1
    if (this.#oldest?.[0] === key) this.#oldest = undefined
  }
}
