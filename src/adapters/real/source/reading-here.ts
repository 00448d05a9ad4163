import { ADDRESS_BYTES } from '../../../engine/index/address.ts'
import type { SmallFiles, SourceEntry, SubKeys, WholeFile } from '../../../engine/ports.ts'
import { freshBytes } from '../../../engine/bytes/held-bytes.ts'
import { linuxCalls } from '../linux-calls.ts'
import { reachable } from '../long-paths.ts'
import { fastKeyedHash } from '../native-hmac.ts'
import { attributesAt } from './extended-attributes.ts'
import { readUnchanged } from './file-state.ts'
import type { FileState } from './file-state.ts'

/** A file with its path. */
export interface FoundFile extends FileState {
  readonly path: string
}

/** Reads small files on demand, into one reused piece of memory. */
export class ReadingHere implements SmallFiles {
  readonly busy = false
  readonly #calls = linuxCalls()
  readonly #hash = fastKeyedHash()
  readonly #key: Uint8Array
  readonly #findBy: (file: SourceEntry) => FoundFile
  readonly #id = new Uint8Array(ADDRESS_BYTES)
  #memory = freshBytes(0)

  constructor({ id }: SubKeys, findBy: (file: SourceEntry) => FoundFile) {
    this.#key = id
    this.#findBy = findBy
  }

  begin(): void {}

  async ready(): Promise<void> {}

  take(file: SourceEntry): WholeFile | undefined {
    const found = this.#findBy(file)
    const length = Number(found.size)
    if (this.#memory.length < length) this.#memory = freshBytes(length)
    const content = this.#memory.subarray(0, length)
    try {
      if (!readUnchanged(content, reachable(found.path), found)) return undefined
      this.#hash(this.#key, content, this.#id, 0)
      const extendedAttributes = this.#calls && attributesAt(this.#calls, reachable(found.path))
      return { content, id: this.#id, extendedAttributes }
    } catch {
      // It is read again by code that can report the error.
      return undefined
    }
  }
}
