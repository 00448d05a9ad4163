import { bytesOfHex, hexOf } from '../encoding.ts'
import { RepositoryFormatError } from '../errors.ts'
import { ADDRESS_BYTES, ADDRESS_WORDS, LineageTag, addressWords } from '../index/address.ts'
import { readMetadataChunks } from '../packs/chunk-reader.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { decodeTree } from './tree.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** Reads the trees of snapshots, many at once where many are wanted. */
export class TreeReader {
  readonly #repository: Repository
  readonly #lineage: readonly LineageTag[] | undefined
  fetched_bytes = 0

  /** @param lineage tags that the trees may carry; undefined when that is not known */
  constructor(repository: Repository, lineage?: readonly LineageTag[]) {
    this.#repository = repository
    this.#lineage = lineage
  }

  /**
   * The trees at these addresses (hexadecimal).
   * @throws RepositoryFormatError when one is not in the index or cannot be read
   */
  async trees(addresses: readonly string[]): Promise<Tree[]> {
    const { cache } = this.#repository
    // Held from the start: what is read now may push others out of the cache.
    const known = addresses.map((address) => cache.trees.get(address))
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

  /** The lists of chunks at these addresses. */
  async lists(addresses: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const { trees } = this.#repository.cache
    const names = addresses.map(hexOf)
    const found = names.map((name) => trees.list(name))
    const missing = addresses.filter((_, at) => found[at] === undefined)
    const read = await this.#contents(missing)
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

  /** Entries in the index of a file's chunks, in order. @throws RepositoryFormatError for a chunk that is nowhere */
  entriesOf(chunks: Uint8Array, path: string): number[] {
    const { index } = this.#repository
    const words = addressWords(chunks)
    const entries: number[] = []
    for (let at = 0; at < words.length; at += ADDRESS_WORDS) {
      const entry = index.findStored(words, at)
      if (entry < 0) throw new RepositoryFormatError(`a chunk of ${path} is stored nowhere`)
      entries.push(entry)
    }
    return entries
  }

  async #contents(addresses: readonly Uint8Array[]): Promise<Uint8Array[]> {
    if (addresses.length === 0) return []
    const entries = addresses.map((address) => {
      const entry = this.#repository.index.findStored(addressWords(address))
      if (entry < 0) throw new RepositoryFormatError(`the tree ${hexOf(address).slice(0, 8)} is stored nowhere`)
      return entry
    })
    const unique = [...new Set(entries)]
    const { contents, fetched_bytes } = await readMetadataChunks(
      this.#repository,
      unique,
      this.#lineage === undefined ? {} : { lineage: this.#lineage },
    )
    this.fetched_bytes += fetched_bytes
    const byEntry = new Map(unique.map((entry, at) => [entry, contents[at]!]))
    return entries.map((entry) => byEntry.get(entry)!)
  }
}

export function lineageOf(snapshot: Snapshot): LineageTag[] {
  return snapshot.lineage.map((hex) => new LineageTag(bytesOfHex(hex)))
}

export function addressesIn(list: Uint8Array): Uint8Array[] {
  const addresses: Uint8Array[] = []
  for (let at = 0; at < list.length; at += ADDRESS_BYTES) addresses.push(list.subarray(at, at + ADDRESS_BYTES))
  return addresses
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
