import { AddressCursor } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import type { PackKind } from '../index/pack-directory.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import type { Content, Fidelity } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'

/** Stores chunks that are not stored yet, according to what a backup may reuse. */
export class ChunkStore {
  readonly #repository: Repository
  readonly #writer: PackWriter
  readonly #tags: readonly LineageTag[]
  readonly #cursor = new AddressCursor()
  chunks = 0
  newChunks = 0
  /** Index entry of the chunk that was added, or looked up, last. */
  entry = -1

  constructor(repository: Repository, writer: PackWriter, tags: readonly LineageTag[]) {
    this.#repository = repository
    this.#writer = writer
    this.#tags = tags
  }

  /**
   * Adds a chunk and returns its address, which must not be kept across a wait: the next chunk overwrites it.
   * @param id if it has been computed already
   */
  addData(content: Content, id?: Uint8Array): Uint8Array {
    this.chunks++
    if (id === undefined) this.#identify(content, this.#repository.ports.fidelity)
    else this.#cursor.bytes.set(id)
    return this.#add('data', content)
  }

  addMetadata(content: Uint8Array): Uint8Array {
    this.#identify(content, this.#repository.ports.fidelity.metadata)
    return this.#add('trees', content).slice()
  }

  /** The ids of chunks computed by other threads, where that is faster. */
  identifyAside(content: Content, ends: readonly number[]): Promise<Uint8Array> | undefined {
    const { ports, keys } = this.#repository
    return ports.fidelity.threads?.identify(content, ends, keys)
  }

  /** Whether a chunk of this address is stored where a backup may reuse it. */
  has(address: Uint8Array): boolean {
    this.#cursor.read(address, 0)
    this.entry = this.#repository.index.find(this.#cursor)
    return this.entry >= 0
  }

  #identify(content: Content, fidelity: Fidelity): void {
    fidelity.identify(content, this.#repository.keys, this.#cursor.bytes, 0)
  }

  /** Adds the chunk whose id has just been computed. */
  #add(kind: PackKind, content: Content): Uint8Array {
    const { index } = this.#repository
    const cursor = this.#cursor
    const tags = this.#tags
    // The last tag is that of the data reused; the backup's own tag is looked up last, because the chunk is stored
    // under it.
    for (let at = tags.length - 1; at >= 0; at--) {
      const tag = tags[at]!
      cursor.tag(tag)
      this.entry = index.find(cursor)
      if (this.entry >= 0) return cursor.bytes
      if (at > 0) cursor.tag(tag)
    }
    if (kind === 'data') this.newChunks++
    this.entry = this.#writer.add(kind, cursor, content)
    return cursor.bytes
  }
}
