import { heldBytes } from '../bytes/held-bytes.ts'
import { nameText } from '../encoding/name-text.ts'
import { RepositoryFormatError, StoreUnavailableError } from '../errors.ts'
import { addressWords } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

/** A chunk, by its number in `ChunkSources`, and where it is in a file. */
export interface PlacedChunk {
  readonly chunk: number
  readonly start: number
  readonly end: number
}

/** A chunk that is missing from this repository's index but listed in a copy's. */
interface Elsewhere {
  readonly repository: Repository
  readonly entry: number
}

/**
 * Where the chunks of a snapshot are read: in its repository, and chunks that are damaged there in the first copy that
 * has them intact. A chunk's number is its entry in this repository's index; one that only a copy lists has a negative
 * number.
 */
export class ChunkSources {
  /** Chunks that only a copy could supply. */
  recoveredChunks = 0
  readonly #repository: Repository
  readonly #reader: TreeReader
  readonly #lineage: readonly LineageTag[]
  readonly #copies: readonly Repository[]
  readonly #elsewhere: Elsewhere[] = []

  constructor(
    repository: Repository,
    reader: TreeReader,
    lineage: readonly LineageTag[],
    copies: readonly Repository[],
  ) {
    this.#repository = repository
    this.#reader = reader
    this.#lineage = lineage
    this.#copies = copies
  }

  /** The chunks of a file, in order. @throws RepositoryFormatError when no index lists them all */
  async chunksOf(entry: TreeEntry, path: NameBytes): Promise<PlacedChunk[]> {
    let end = 0
    const placed = (await this.#numbersOf(entry, path)).map((chunk) => ({
      chunk,
      start: end,
      end: (end += this.lengthOf(chunk)),
    }))
    if (end === entry.size) return placed
    throw new RepositoryFormatError(
      `cannot read ${nameText(path)}: its chunks are ${end} bytes together, not ${entry.size}`,
    )
  }

  async #numbersOf(entry: TreeEntry, path: NameBytes): Promise<number[]> {
    try {
      return Array.from((await this.#reader.chunksOf(entry, path)).entries)
    } catch (error) {
      if (!(error instanceof RepositoryFormatError)) throw error
      for (const copy of this.#copies) {
        try {
          await copy.loadIndex()
          const { entries } = await new TreeReader(copy, this.#lineage).chunksOf(entry, path)
          return Array.from(entries, (there) => -this.#elsewhere.push({ repository: copy, entry: there }))
        } catch (failure) {
          if (!(failure instanceof RepositoryFormatError || failure instanceof StoreUnavailableError)) throw failure
        }
      }
      throw error
    }
  }

  lengthOf(chunk: number): number {
    const { repository, entry } = this.#homeOf(chunk)
    return repository.index.lengthOf(entry)
  }

  #homeOf(chunk: number): Elsewhere {
    return chunk < 0 ? this.#elsewhere[-1 - chunk]! : { repository: this.#repository, entry: chunk }
  }

  /** Reads the chunks that can be read, and tells why the others cannot. */
  async read(
    chunks: readonly number[],
  ): Promise<{ readonly found: ReadonlyMap<number, Uint8Array>; readonly lost: ReadonlyMap<number, string> }> {
    const found = new Map<number, Uint8Array>()
    const lost = new Map<number, string>()
    const homes = Map.groupBy(chunks, (chunk) => this.#homeOf(chunk).repository)
    for (const [repository, numbers] of homes) {
      const entries = new Map(numbers.map((chunk) => [this.#homeOf(chunk).entry, chunk]))
      await this.#readIn(repository, entries, found, lost)
    }
    for (const copy of this.#copies) {
      if (lost.size === 0) break
      try {
        await this.#recoverFrom(copy, found, lost)
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error
        for (const [chunk, reason] of lost) lost.set(chunk, `${reason}; the copy cannot be reached: ${error.message}`)
      }
    }
    return { found, lost }
  }

  async #recoverFrom(copy: Repository, found: Map<number, Uint8Array>, lost: Map<number, string>): Promise<void> {
    await copy.loadIndex()
    const listed = new Map<number, number>()
    for (const chunk of lost.keys()) {
      const { repository, entry } = this.#homeOf(chunk)
      const there = copy.index.findStored(addressWords(repository.index.addressOf(entry)))
      if (there >= 0) listed.set(there, chunk)
    }
    const before = lost.size
    await this.#readIn(copy, listed, found, lost)
    this.recoveredChunks += before - lost.size
  }

  /** @param entries of this repository's index, each with the chunk's number */
  async #readIn(
    repository: Repository,
    entries: ReadonlyMap<number, number>,
    found: Map<number, Uint8Array>,
    lost: Map<number, string>,
  ): Promise<void> {
    await readChunks(
      repository,
      [...entries.keys()],
      {
        chunks(read, contents) {
          for (const [at, entry] of read.entries()) {
            const chunk = entries.get(entry)!
            found.set(chunk, heldBytes(contents[at]!))
            lost.delete(chunk)
          }
        },
        damaged(unread, reason) {
          for (const entry of unread) lost.set(entries.get(entry)!, reason)
        },
      },
      { lineage: this.#lineage },
    )
  }
}
