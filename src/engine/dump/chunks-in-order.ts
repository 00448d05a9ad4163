import { heldBytes } from '../bytes/held-bytes.ts'
import { nameText } from '../encoding/name-text.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { ByteRange, Fidelity, NameBytes } from '../ports.ts'
import type { ChunkSources } from './chunk-sources.ts'

/** Bytes of chunks, of any files, that are read at once and held until they have been output. */
const WINDOW_BYTES = 16 * 1024 * 1024
/** A window also ends after this many pieces: a file of zeros repeats one chunk over and over. */
const WINDOW_PIECES = 65_536
/** Smaller pieces are gathered before they are output. */
const GATHERED_BYTES = 64 * 1024

export type Take = (bytes: Uint8Array) => Promise<void>

/** Known bytes, with the length of what certainly follows them where that is announced; or a part of a chunk. */
type Piece =
  | { readonly bytes: Uint8Array; readonly announced_bytes?: number }
  | { readonly chunk: number; readonly range: ByteRange }

/**
 * Outputs bytes in the order in which they are requested: known bytes, and chunks, many of which are read at once, each
 * once per window, and verified. Whatever precedes an unreadable chunk is still output.
 */
export class ChunksInOrder {
  readonly #sources: ChunkSources
  readonly #fidelity: Fidelity
  readonly #take: Take
  readonly #mayGoOn: () => void
  #pieces: Piece[] = []
  /** Chunks to read, with the file that needs each. */
  #wanted = new Map<number, NameBytes>()
  #wanted_bytes = 0
  #gathered: Uint8Array[] = []
  #gathered_bytes = 0
  #owedWhenGathered_bytes = 0
  #owed_bytes = 0

  /** @param mayGoOn called before anything is output; throws to stop */
  constructor(sources: ChunkSources, fidelity: Fidelity, take: Take, mayGoOn: () => void = () => {}) {
    this.#sources = sources
    this.#fidelity = fidelity
    this.#take = take
    this.#mayGoOn = mayGoOn
  }

  /** Announced bytes that have not been output: a reader who counts along notices that something is missing. */
  get owed_bytes(): number {
    return this.#owed_bytes
  }

  /** @param announced_bytes length that these bytes announce for what follows */
  async bytes(bytes: Uint8Array, announced_bytes?: number): Promise<void> {
    await this.#add({ bytes, ...(announced_bytes === undefined ? {} : { announced_bytes }) })
  }

  /**
   * @param chunk its number in the sources
   * @param range the part of it that is wanted
   * @param path the file, for messages
   */
  async chunk(chunk: number, range: ByteRange, path: NameBytes): Promise<void> {
    if (!this.#wanted.has(chunk)) {
      this.#wanted.set(chunk, path)
      this.#wanted_bytes += this.#sources.lengthOf(chunk)
    }
    await this.#add({ chunk, range })
  }

  /** Outputs the rest. @throws RepositoryFormatError */
  async finish(): Promise<void> {
    await this.#giveOut()
    await this.#flush()
  }

  async #add(piece: Piece): Promise<void> {
    this.#pieces.push(piece)
    if (this.#wanted_bytes >= WINDOW_BYTES || this.#pieces.length >= WINDOW_PIECES) await this.#giveOut()
  }

  async #giveOut(): Promise<void> {
    const [pieces, wanted] = [this.#pieces, this.#wanted]
    this.#pieces = []
    this.#wanted = new Map()
    this.#wanted_bytes = 0
    const { found, lost } = await this.#sources.read([...wanted.keys()])
    for (const piece of pieces) {
      if ('bytes' in piece) {
        const owed_bytes = Math.max(0, this.#owedWhenGathered_bytes - piece.bytes.length)
        await this.#gather(piece.bytes, piece.announced_bytes ?? owed_bytes)
        continue
      }
      const { chunk, range } = piece
      const content = found.get(chunk)
      if (content === undefined) {
        await this.#flush()
        throw new RepositoryFormatError(
          `a part of ${nameText(wanted.get(chunk) ?? '')} cannot be read: ${lost.get(chunk) ?? ''}`,
        )
      }
      const part = content.subarray(range.start, range.end)
      await this.#gather(part, this.#owedWhenGathered_bytes - part.length)
    }
  }

  async #gather(bytes: Uint8Array, owed_bytes: number): Promise<void> {
    this.#owedWhenGathered_bytes = owed_bytes
    this.#gathered.push(bytes)
    this.#gathered_bytes += bytes.length
    if (this.#gathered_bytes >= GATHERED_BYTES) await this.#flush()
  }

  async #flush(): Promise<void> {
    const gathered = this.#gathered
    this.#gathered = []
    this.#gathered_bytes = 0
    if (gathered.length === 0) return
    this.#mayGoOn()
    await this.#take(heldBytes(this.#fidelity.concat(gathered)))
    this.#owed_bytes = this.#owedWhenGathered_bytes
  }
}
