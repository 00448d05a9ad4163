import { heldBytes } from '../bytes/held-bytes.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { LineageTag } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ByteRange, NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'

/** Bytes of chunks that are read at once, whatever files they are of, and held until they have been given out. */
const WINDOW_BYTES = 16 * 1024 * 1024
/** A window ends here too: a file of zeros is one chunk, again and again. */
const WINDOW_PIECES = 65_536
/** Less is put together before it is given out. */
const GATHERED_BYTES = 64 * 1024

export type Take = (bytes: Uint8Array) => Promise<void>

/** Bytes that are known, or a part of a chunk. */
type Piece = Uint8Array | { readonly chunk: number; readonly range: ByteRange }

/**
 * Gives out bytes in the order in which they are asked for: such as are known, and chunks, which are read many at once, each
 * once in a window, and verified.
 */
export class ChunksInOrder {
  readonly #repository: Repository
  readonly #lineage: readonly LineageTag[]
  readonly #take: Take
  #pieces: Piece[] = []
  /** Chunks to read, and of what file. */
  #wanted = new Map<number, NameBytes>()
  #wanted_bytes = 0
  #gathered: Uint8Array[] = []
  #gathered_bytes = 0

  constructor(repository: Repository, lineage: readonly LineageTag[], take: Take) {
    this.#repository = repository
    this.#lineage = lineage
    this.#take = take
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await this.#add(bytes)
  }

  /**
   * @param chunk its entry in the index
   * @param range the part of it that is wanted
   * @param path of what file, for messages
   */
  async chunk(chunk: number, range: ByteRange, path: NameBytes): Promise<void> {
    if (!this.#wanted.has(chunk)) {
      this.#wanted.set(chunk, path)
      this.#wanted_bytes += this.#repository.index.lengthOf(chunk)
    }
    await this.#add({ chunk, range })
  }

  /** Gives out what is left. */
  async finish(): Promise<void> {
    await this.#giveOut()
    await this.#flush()
  }

  async #add(piece: Piece): Promise<void> {
    this.#pieces.push(piece)
    if (this.#wanted_bytes >= WINDOW_BYTES || this.#pieces.length >= WINDOW_PIECES) await this.#giveOut()
  }

  async #giveOut(): Promise<void> {
    const contents = new Map<number, Uint8Array>()
    await readChunks(
      this.#repository,
      [...this.#wanted.keys()],
      {
        chunks(entries, read) {
          for (const [at, entry] of entries.entries()) contents.set(entry, heldBytes(read[at]!))
        },
        damaged: ([lost = -1], reason) => {
          throw new RepositoryFormatError(`a part of ${this.#wanted.get(lost)} cannot be read: ${reason}`)
        },
      },
      { lineage: this.#lineage },
    )
    for (const piece of this.#pieces)
      if (piece instanceof Uint8Array) await this.#gather(piece)
      else await this.#gather(contents.get(piece.chunk)!.subarray(piece.range.start, piece.range.end))
    this.#pieces = []
    this.#wanted = new Map()
    this.#wanted_bytes = 0
  }

  async #gather(bytes: Uint8Array): Promise<void> {
    this.#gathered.push(bytes)
    this.#gathered_bytes += bytes.length
    if (this.#gathered_bytes >= GATHERED_BYTES) await this.#flush()
  }

  async #flush(): Promise<void> {
    const { fidelity } = this.#repository.ports
    if (this.#gathered_bytes > 0) await this.#take(heldBytes(fidelity.concat(this.#gathered)))
    this.#gathered = []
    this.#gathered_bytes = 0
  }
}
