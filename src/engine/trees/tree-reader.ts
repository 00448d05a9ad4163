import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { nameText } from '../encoding/name-text.ts'
import { RepositoryFormatError, StoreUnavailableError } from '../errors.ts'
import { ADDRESS_BYTES, LineageTag, addressWords } from '../index/address.ts'
import type { ChunkSequence } from '../index/address.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import { readMetadataChunks } from '../packs/chunk-reader.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { decodeTree } from './tree-encoding.ts'
import { addressCount } from './tree.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** Where to read trees that cannot be read here: all of them, or only those that the index lists. */
interface Fallback {
  readonly copies: readonly ReadableRepository[]
  readonly onlyListed: boolean
}

/** Reads the trees of snapshots, many at a time where possible. */
export class TreeReader {
  readonly #repository: ReadableRepository
  readonly #lineage: readonly LineageTag[] | undefined
  readonly #fallback: Fallback | undefined
  /** Trees that only a copy could supply. */
  recoveredTrees = 0
  fetched_bytes = 0

  /**
   * @param lineage tags that the trees may have; undefined when they are not known
   * @param fallback supplies what cannot be read here
   */
  constructor(repository: ReadableRepository, lineage?: readonly LineageTag[], fallback?: Fallback) {
    this.#repository = repository
    this.#lineage = lineage
    this.#fallback = fallback
  }

  /**
   * The trees at these hexadecimal addresses.
   * @throws RepositoryFormatError when one is not in the index or cannot be read
   */
  async trees(addresses: readonly string[]): Promise<Tree[]> {
    const { cache } = this.#repository
    // Held from the start, because reading the others may evict them from the cache.
    const known: Array<Tree | undefined> = []
    for (let at = 0; at < addresses.length; at++) known.push(cache.trees.get(addresses[at]!))
    if (areAll(known)) return known
    const missing = [...new Set(addresses.filter((_, at) => known[at] === undefined))]
    const read = new Map<string, Tree>()
    const contents = await this.#contents(missing.map((address) => bytesOfHex(address)))
    for (const [at, address] of missing.entries()) {
      const tree = decodeTree(contents[at]!)
      read.set(address, tree)
      cache.trees.add(address, tree)
    }
    return addresses.map((address, at) => known[at] ?? read.get(address)!)
  }

  async tree(address: string): Promise<Tree> {
    const [tree] = await this.trees([address])
    return tree!
  }

  /** A tree that need not be waited for. */
  held(address: string): Tree | undefined {
    return this.#repository.cache.trees.get(address)
  }

  /** Whether none of these trees need be waited for. */
  holds(addresses: readonly string[]): boolean {
    for (let at = 0; at < addresses.length; at++) if (this.held(addresses[at]!) === undefined) return false
    return true
  }

  /** Addresses of the chunks of files, in order: from the entries themselves, or from the lists that they name. */
  async chunkLists(files: readonly TreeEntry[]): Promise<Uint8Array[]> {
    const lists: Uint8Array[] = []
    for (const { chunks, listed } of files) if (listed === true) lists.push(...addressesIn(chunks!))
    const contents = await this.lists(lists)
    let next = 0
    return files.map(({ chunks, listed }) => {
      if (listed !== true) return chunks ?? new Uint8Array(0)
      const count = chunks!.length / ADDRESS_BYTES
      const parts = contents.slice(next, next + count)
      next += count
      return joined(parts)
    })
  }

  /** The chunks of a file, and where they are stored. @throws RepositoryFormatError for a chunk that no index entry has */
  async chunksOf({ chunks = NO_BYTES, listed }: TreeEntry, path: string): Promise<ChunkSequence> {
    if (listed !== true) return { addresses: chunks, entries: new Uint32Array(this.entryNumbersOf(chunks, path)) }
    const addresses = addressesIn(chunks)
    const names = namesOf(addresses)
    const lists = this.#heldLists(names) ?? (await this.lists(addresses))
    const entries: Uint32Array[] = []
    for (let at = 0; at < lists.length; at++) entries.push(this.entriesOfList(names[at]!, lists[at]!, path))
    return { addresses: joined(lists), entries: joinedEntries(entries) }
  }

  #heldLists(names: readonly string[]): Uint8Array[] | undefined {
    const { trees } = this.#repository.cache
    const lists: Uint8Array[] = []
    for (let at = 0; at < names.length; at++) {
      const list = trees.list(names[at]!)
      if (list === undefined) return undefined
      lists.push(list)
    }
    return lists
  }

  /** Entries of the chunks of a list. Cached, because looking up each takes most of the time of a small change. */
  entriesOfList(address: string, list: Uint8Array, path: string): Uint32Array {
    const known = this.knownEntriesOfList(address)
    if (known !== undefined) return known
    const { index, cache } = this.#repository
    const entries = new Uint32Array(this.entryNumbersOf(list, path))
    cache.trees.rememberEntries(address, { entries, changes: index.changes })
    return entries
  }

  /** The entry of a tree, and those of the chunks, or lists of them, that its files name. Cached likewise. */
  entriesOfTree(address: string, tree: Tree): Uint32Array {
    const known = this.knownEntriesOfTree(address)
    if (known !== undefined) return known
    let count = 1
    for (const entry of tree) count += addressCount(entry)
    const entries = new Uint32Array(count)
    entries.set(this.entryNumbersOf(bytesOfHex(address), 'a tree'))
    let filled = 1
    for (const { chunks, name } of tree) {
      if (chunks === undefined) continue
      const ofFile = this.entryNumbersOf(chunks, name)
      entries.set(ofFile, filled)
      filled += ofFile.length
    }
    const { index, cache } = this.#repository
    cache.trees.rememberEntriesOfTree(address, { entries, changes: index.changes })
    return entries
  }

  /** The same, if they are known already. */
  knownEntriesOfTree(address: string): Uint32Array | undefined {
    const { index, cache } = this.#repository
    const known = cache.trees.entriesOfTree(address)
    const { changes } = index
    if (known === undefined || known.changes === changes) return known?.entries
    const entries = currentEntries(index, known.entries)
    cache.trees.rememberEntriesOfTree(address, { entries, changes })
    return entries
  }

  /** The same for a list, without reading it. */
  knownEntriesOfList(address: string): Uint32Array | undefined {
    const { index, cache } = this.#repository
    const known = cache.trees.entriesOfList(address)
    const { changes } = index
    if (known === undefined || known.changes === changes) return known?.entries
    const entries = currentEntries(index, known.entries)
    cache.trees.rememberEntries(address, { entries, changes })
    return entries
  }

  /** The lists of chunks at these addresses. */
  async lists(addresses: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const { trees } = this.#repository.cache
    const names = namesOf(addresses)
    const found = names.map((name) => trees.list(name))
    const missing = addresses.filter((_, at) => found[at] === undefined)
    const read = missing.length === 0 ? [] : await this.#contents(missing)
    let next = 0
    return found.map((known, at) => {
      if (known !== undefined) return known
      const list = read[next++]!
      if (list.length % ADDRESS_BYTES !== 0)
        throw new RepositoryFormatError(`the list of chunks ${names[at]!.slice(0, 8)} does not hold addresses`)
      trees.addList(names[at]!, list)
      return list
    })
  }

  /** Index entries of a file's chunks, in order. @throws RepositoryFormatError for a chunk that no index entry has */
  entriesOf(chunks: Uint8Array, path: string): number[] {
    return Array.from(this.entryNumbersOf(chunks, path))
  }

  /** The same for many chunks. */
  entryNumbersOf(chunks: Uint8Array, path: string): Int32Array {
    const entries = this.#repository.index.findAllStored(addressWords(chunks))
    if (entries.includes(-1)) throw new RepositoryFormatError(`a chunk of ${nameText(path)} is stored nowhere`)
    return entries
  }

  async #contents(addresses: readonly Uint8Array[]): Promise<Uint8Array[]> {
    try {
      return await this.#contentsIn(this.#repository, addresses)
    } catch (error) {
      const fallback = this.#fallback
      if (fallback === undefined || !(error instanceof RepositoryFormatError)) throw error
      const { index } = this.#repository
      if (fallback.onlyListed && addresses.some((address) => index.findStored(addressWords(address)) < 0)) throw error
      const copies = await reachable(fallback.copies)
      const contents: Uint8Array[] = []
      for (const address of addresses) contents.push(await this.#contentHereOrIn(copies, address))
      return contents
    }
  }

  async #contentHereOrIn(copies: readonly ReadableRepository[], address: Uint8Array): Promise<Uint8Array> {
    let failure: RepositoryFormatError | undefined
    for (const repository of [this.#repository, ...copies]) {
      try {
        const [content] = await this.#contentsIn(repository, [address])
        if (repository !== this.#repository) this.recoveredTrees++
        return content!
      } catch (error) {
        if (!(error instanceof RepositoryFormatError)) throw error
        failure = error
      }
    }
    throw failure!
  }

  async #contentsIn(repository: ReadableRepository, addresses: readonly Uint8Array[]): Promise<Uint8Array[]> {
    if (addresses.length === 0) return []
    const entries = addresses.map((address) => {
      const entry = repository.index.findStored(addressWords(address))
      if (entry < 0) throw new RepositoryFormatError(`the tree ${hexOf(address).slice(0, 8)} is stored nowhere`)
      return entry
    })
    const unique = [...new Set(entries)]
    const { contents, fetched_bytes } = await readMetadataChunks(
      repository,
      unique,
      this.#lineage === undefined ? {} : { lineage: this.#lineage },
    )
    this.fetched_bytes += fetched_bytes
    const byEntry = new Map(unique.map((entry, at) => [entry, contents[at]!]))
    return entries.map((entry) => byEntry.get(entry)!)
  }
}

/** Copies whose index can be loaded. @throws StoreUnavailableError when none can be reached */
async function reachable(copies: readonly ReadableRepository[]): Promise<ReadableRepository[]> {
  const found: ReadableRepository[] = []
  let failure: StoreUnavailableError | undefined
  for (const copy of copies) {
    try {
      await copy.loadIndex()
      found.push(copy)
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      failure = error
    }
  }
  if (found.length === 0 && failure !== undefined) throw failure
  return found
}

/** The entries from which a reader would take the same chunks now: a prune may have moved some. */
export function currentEntries(index: ChunkIndex, entries: Uint32Array): Uint32Array {
  let moved: Uint32Array | undefined
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!
    const now = index.storedAs(entry)
    if (now === entry) continue
    if (now < 0) throw new RepositoryFormatError('a chunk that a snapshot needs is stored nowhere')
    // Other users of this cache number their entries differently.
    moved ??= entries.slice()
    moved[at] = now
  }
  return moved ?? entries
}

export function lineageOf(snapshot: Snapshot): LineageTag[] {
  return snapshot.lineage.map((hex) => new LineageTag(bytesOfHex(hex)))
}

export function addressesIn(list: Uint8Array): Uint8Array[] {
  if (list.length === ADDRESS_BYTES) return [list]
  const addresses: Uint8Array[] = []
  for (let at = 0; at < list.length; at += ADDRESS_BYTES) addresses.push(list.subarray(at, at + ADDRESS_BYTES))
  return addresses
}

function areAll<T>(items: Array<T | undefined>): items is T[] {
  for (let at = 0; at < items.length; at++) if (items[at] === undefined) return false
  return true
}

function namesOf(addresses: readonly Uint8Array[]): string[] {
  const names: string[] = []
  for (let at = 0; at < addresses.length; at++) names.push(hexOf(addresses[at]!))
  return names
}

const NO_BYTES = new Uint8Array(0)

function joinedEntries(parts: readonly Uint32Array[]): Uint32Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
