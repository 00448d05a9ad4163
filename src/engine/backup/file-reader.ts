import type {
  ByteRange,
  ChunkerParameters,
  Content,
  CpuStage,
  Cpu,
  Cutter,
  Fidelity,
  SourceEntry,
  SourceTree,
  WholeFile,
} from '../ports.ts'
import { ADDRESS_BYTES, ChunkSequenceBuilder } from '../index/address.ts'
import type { ChunkSequence } from '../index/address.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import type { EarlierChunks } from './changed-chunks.ts'
import type { ChunkStore } from './chunk-store.ts'

/** Bytes after which computing time is charged: a call for every small file would cost more than it tells. */
const CHARGED_BYTES = 4 * 1024 * 1024

/** The longest chunks that must fit into a hole: of shorter ones more would be read about their ends than is saved. */
const WORTHWHILE_HOLE = 2

/** A window of a file that is being read, or has been read. */
interface Window {
  readonly file: SourceEntry
  readonly offset: number
  readonly length: number
  readonly content: Promise<Content>
}

/** A window that has been cut into chunks but not stored. */
interface CutWindow {
  readonly whole: Content
  readonly ends: readonly number[]
  /** Ids of its chunks; undefined where they are computed in this thread. */
  readonly ids: Promise<Uint8Array> | undefined
}

export interface FileReaderOptions {
  readonly tree: SourceTree
  readonly fidelity: Fidelity
  readonly cutter: Cutter
  readonly cpu: Cpu
  readonly chunks: ChunkStore
  readonly writer: PackWriter
  /** Bytes of a file that are read at once. */
  readonly window_bytes: number
  readonly chunker: ChunkerParameters
}

/** The chunks of a file, in order, all of them stored or being stored. */
export interface FileChunks extends ChunkSequence {
  /** Bytes that were read of the file. */
  readonly size: number
}

/** Reads files and stores their chunks. Reads the next window while working on the last one, if the source allows it. */
export class FileReader {
  readonly #reading: FileReaderOptions
  readonly #found = new ChunkSequenceBuilder()
  readonly #ahead: Window[] = []
  #uncharged_bytes = 0
  /** A chunk within nothing but zeros. */
  #zeros: Uint8Array | undefined
  read_bytes = 0

  constructor(reading: FileReaderOptions) {
    this.#reading = reading
  }

  /** Starts to read the first window of a file that will be needed soon. */
  announce(file: SourceEntry): void {
    if (this.#ahead.length === 0) this.#begin(file, 0)
  }

  /** Reads a file from beginning to end. */
  async chunksOf(file: SourceEntry, next: SourceEntry | undefined): Promise<FileChunks> {
    const { tree, fidelity, cutter, chunks, chunker, window_bytes } = this.#reading
    const size = file.size ?? 0
    let read = 0
    let rest: Content | undefined
    /** The previous window, while other threads compute its ids. */
    let before: CutWindow | undefined
    // Discards what an unreadable file has left.
    this.#found.clear()
    // What fits in one window is read in no time. Of what is read ahead by windows, nothing can be passed over.
    const mayHaveHoles = size > window_bytes && tree.readAfter !== undefined
    let hole = mayHaveHoles ? tree.holeAfter?.(file, 0, WORTHWHILE_HOLE * chunker.max) : undefined
    while (read < size) {
      const start = read - (rest?.length ?? 0)
      if (hole !== undefined && hole.start <= start) {
        const skipped = this.#zeroChunksIn(hole.end - start)
        if (skipped > 0) {
          if (before !== undefined) await this.#store(before)
          before = undefined
          read = start + (await this.#storeZeroChunks(skipped))
          rest = undefined
        }
        hole = tree.holeAfter?.(file, hole.end, WORTHWHILE_HOLE * chunker.max)
        continue
      }
      // A chunk that begins before a hole ends no more than the longest one behind its start: then the next begins in the hole.
      const intoHole = hole === undefined ? Infinity : hole.start + chunker.max
      const end = Math.min(size, read + window_bytes, intoHole)
      const whole: Content =
        tree.readAfter === undefined
          ? await this.#readAhead(rest, file, read, next)
          : await tree.readAfter(rest, file, read, end - read)
      const bytes = whole.length - (rest?.length ?? 0)
      // A file may have become shorter since it was listed.
      const isLast = end >= size || bytes < end - read
      read += bytes
      await this.#charge(bytes)
      const ends = cutter.cut(whole, isLast)
      const ids = chunks.identifyAside(whole, ends)
      // A failure is reported when they are needed.
      ids?.catch(() => {})
      if (before !== undefined) await this.#store(before)
      before = { whole, ends, ids }
      if (ids === undefined) {
        await this.#store(before)
        before = undefined
      }
      const stored = ends.at(-1) ?? 0
      rest = stored < whole.length ? fidelity.slice(whole, stored, whole.length) : undefined
      if (isLast) break
    }
    if (before !== undefined) await this.#store(before)
    return { ...this.#found.take(), size: read }
  }

  async #store({ whole, ends, ids }: CutWindow): Promise<void> {
    const { fidelity, chunks, writer } = this.#reading
    const known = ids && (await ids)
    let from = 0
    for (const [at, to] of ends.entries()) {
      const id = known?.subarray(at * ADDRESS_BYTES, (at + 1) * ADDRESS_BYTES)
      this.#found.push(chunks.addData(fidelity.slice(whole, from, to), id), chunks.entry)
      from = to
      if (writer.busy) await writer.ready()
    }
  }

  /**
   * How many chunks lie in so many zeros, the first of which begins a chunk. All are alike, for where one ends depends
   * on its own bytes only; the search looks as far as the longest chunk goes, so that where the zeros end is left to
   * it.
   */
  #zeroChunksIn(zeros: number): number {
    const { max } = this.#reading.chunker
    return zeros < max ? 0 : Math.floor((zeros - max) / this.#zeroChunk().length) + 1
  }

  #zeroChunk(): Content {
    const { cutter, chunker } = this.#reading
    if (this.#zeros === undefined) {
      const zeros = new Uint8Array(chunker.max)
      this.#zeros = zeros.subarray(0, cutter.cut(zeros, false)[0])
    }
    return this.#zeros
  }

  /** Gives the bytes of content that they are. */
  async #storeZeroChunks(count: number): Promise<number> {
    const { chunks, writer } = this.#reading
    const zeros = this.#zeroChunk()
    const address = chunks.addData(zeros).slice()
    this.#found.push(address, chunks.entry, count)
    chunks.chunks += count - 1
    if (writer.busy) await writer.ready()
    return count * zeros.length
  }

  /**
   * The address of a file that has been read already and is one chunk. Afterwards `ready` must be called where this is
   * `busy`.
   */
  chunkOf({ content, id }: WholeFile): Uint8Array {
    this.read_bytes += content.length
    this.#uncharged_bytes += content.length
    return this.#reading.chunks.addData(content, id).slice()
  }

  get busy(): boolean {
    return this.#uncharged_bytes >= CHARGED_BYTES || this.#reading.writer.busy
  }

  async ready(): Promise<void> {
    const { writer } = this.#reading
    await this.#charge(0)
    if (writer.busy) await writer.ready()
  }

  /**
   * The same for a file whose changes since an earlier version are known: reads only the chunks that a change touches,
   * and those after them until a cut falls on an old one.
   */
  async changedChunksOf(
    file: SourceEntry,
    stored: ChunkSequence,
    earlier: EarlierChunks,
    changed: readonly ByteRange[],
  ): Promise<FileChunks> {
    let size = file.size ?? 0
    earlier.compare(changed, size)
    this.#found.clear()
    for (let at = 0, chunk = 0; at < size;) {
      let next = chunk
      while (earlier.isUntouched(next)) next++
      if (next > chunk) {
        this.#found.append(stored, chunk, next)
        at = earlier.beginOf(next)
        chunk = next
        continue
      }
      while (next < earlier.count && !earlier.isUntouched(next)) next++
      const stop = next < earlier.count ? earlier.beginOf(next) : size
      const end = await this.#recut(file, at, stop, earlier)
      // It may be shorter than it was listed.
      if (!earlier.mayFollow(end)) size = end
      at = end
      chunk = earlier.firstEndingAfter(at)
    }
    const { addresses, entries } = this.#found.take()
    return { addresses, entries, size }
  }

  /** Cuts from a position on until a chunk ends where old chunks may continue, or at the end of the file. */
  async #recut(file: SourceEntry, start: number, stop: number, earlier: EarlierChunks): Promise<number> {
    const { tree, fidelity, cutter, chunks, writer, window_bytes, chunker } = this.#reading
    const size = file.size ?? 0
    let rest: Content | undefined
    let at = start
    for (let read = start, to = Math.min(stop, start + window_bytes); ;) {
      const content = await tree.read(file, read, to - read)
      const isLast = to >= size || content.length < to - read
      read += content.length
      await this.#charge(content.length)
      const whole = rest === undefined ? content : fidelity.concat([rest, content])
      let from = 0
      const ends = cutter.cut(whole, isLast)
      for (let number = 0; number < ends.length; number++) {
        const end = ends[number]!
        this.#found.push(chunks.addData(fidelity.slice(whole, from, end)), chunks.entry)
        at += end - from
        from = end
        if (writer.busy) await writer.ready()
        if (earlier.mayFollow(at)) return at
      }
      if (isLast) return at
      rest = from < whole.length ? fidelity.slice(whole, from, whole.length) : undefined
      to = Math.min(size, Math.max(Math.min(stop, read + window_bytes), read + chunker.avg))
    }
  }

  /** Charges the remaining computing time. */
  async finish(): Promise<void> {
    await this.#charge(0, 1)
    // What was read ahead and not needed: nobody else will handle its failure.
    await Promise.allSettled(this.#ahead.map((window) => window.content))
  }

  /** The window at an offset, after the rest of the last one; starts to read the next. */
  async #readAhead(
    rest: Content | undefined,
    file: SourceEntry,
    offset: number,
    next: SourceEntry | undefined,
  ): Promise<Content> {
    const window = this.#take(file, offset)
    const end = window.offset + window.length
    if (end < (file.size ?? 0)) this.#begin(file, end)
    else if (next !== undefined) this.announce(next)
    const content = await window.content
    return rest === undefined ? content : this.#reading.fidelity.concat([rest, content])
  }

  #begin(file: SourceEntry, offset: number): void {
    const length = Math.min(this.#reading.window_bytes, (file.size ?? 0) - offset)
    if (length <= 0) return
    const content = this.#reading.tree.read(file, offset, length)
    // The failure is reported when the window is taken.
    content.catch(() => {})
    this.#ahead.push({ file, offset, length, content })
  }

  #take(file: SourceEntry, offset: number): Window {
    if (this.#ahead[0]?.file !== file || this.#ahead[0].offset !== offset) {
      this.#ahead.length = 0
      this.#begin(file, offset)
    }
    return this.#ahead.shift()!
  }

  #charge(bytes: number, atLeast = CHARGED_BYTES): Promise<void> | undefined {
    this.read_bytes += bytes
    this.#uncharged_bytes += bytes
    if (this.#uncharged_bytes < atLeast) return undefined
    const work: ReadonlyArray<readonly [CpuStage, number]> = [
      ['chunk', this.#uncharged_bytes],
      ['hash', this.#uncharged_bytes],
    ]
    this.#uncharged_bytes = 0
    return this.#reading.cpu.charge(work)
  }
}
