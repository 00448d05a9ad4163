import { AddressCursor } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import type { PackKind } from '../index/pack-directory.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import type { Content, Fidelity } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'

/** Stores what is not stored yet, among what a backup may lean on. */
export class ChunkStore {
  readonly #repository: Repository
  readonly #writer: PackWriter
  readonly #tags: readonly LineageTag[]
  readonly #cursor = new AddressCursor()
  chunks = 0
  newChunks = 0
  /** The entry in the index of the chunk that was taken last. */
  entry = -1

  constructor(repository: Repository, writer: PackWriter, tags: readonly LineageTag[]) {
    this.#repository = repository
    this.#writer = writer
    this.#tags = tags
  }

  /** Takes a chunk; its address is then in `address`. Must not be held over a wait: the next chunk overwrites it. */
  addData(content: Content): Uint8Array {
    this.chunks++
    return this.#add('data', content, this.#repository.ports.fidelity)
  }

  addMetadata(content: Uint8Array): Uint8Array {
    return this.#add('trees', content, this.#repository.ports.fidelity.metadata).slice()
  }

  /** Whether a chunk of this address is stored where a backup may lean on it. */
  has(address: Uint8Array): boolean {
    this.#cursor.read(address, 0)
    return this.#repository.index.find(this.#cursor) >= 0
  }

  #add(kind: PackKind, content: Content, fidelity: Fidelity): Uint8Array {
    const { index, keys } = this.#repository
    const cursor = this.#cursor
    const tags = this.#tags
    fidelity.identify(content, keys, cursor.bytes, 0)
    // What the backup leans on is tagged last; its own tag comes last of all to be looked for, as it is stored under it.
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
