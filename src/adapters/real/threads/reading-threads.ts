import type { SmallFiles, SourceEntry, SubKeys, WholeFile } from '../../../engine/ports.ts'
import { ADDRESS_BYTES } from '../../../engine/index/address.ts'
import { STATE_WORDS, packState, wholeWords } from '../source/file-state.ts'
import { ReadingHere } from '../source/reading-here.ts'
import type { FoundFile } from '../source/reading-here.ts'
import type { Answer, ThreadPool } from './thread-pool.ts'

/** Files per request: one request per file would take as long as reading it. */
const FILES_PER_REQUEST = 32
const BYTES_PER_REQUEST = 256 * 1024
/** Files read in this thread before another is started, because starting takes some time. */
const FILES_READ_HERE = 200

interface Batch {
  readonly files: FoundFile[]
  /** Bytes of memory that they need. */
  length: number
  asked?: Promise<void>
  /** The answer to the request. */
  answer?: Answer
  /** Number of files taken, and the offset of the next one. */
  taken: number
  at: number
}

/** Reads small files on worker threads, some dozens at a time. */
export class ReadingThreads implements SmallFiles {
  readonly #here: ReadingHere
  readonly #pool: ThreadPool
  readonly #id: Uint8Array
  readonly #findBy: (file: SourceEntry) => FoundFile
  /** The oldest first; the last may not have been requested yet. */
  readonly #batches: Batch[] = []
  /** Memory for reuse. */
  readonly #memory: ArrayBuffer[] = []
  #begun = 0
  #taken = 0

  constructor(pool: ThreadPool, keys: SubKeys, findBy: (file: SourceEntry) => FoundFile) {
    this.#here = new ReadingHere(keys, findBy)
    this.#pool = pool
    this.#id = keys.id
    this.#findBy = findBy
  }

  begin(file: SourceEntry): void {
    if (this.#begun++ < FILES_READ_HERE) return
    const found = this.#findBy(file)
    const batch = this.#batchFor(Number(found.size))
    batch.files.push(found)
    batch.length += wholeWords(Number(found.size))
    if (batch.files.length === FILES_PER_REQUEST) void this.#ask(batch)
  }

  get busy(): boolean {
    return this.#taken >= FILES_READ_HERE && this.#next().answer === undefined
  }

  async ready(): Promise<void> {
    const batch = this.#next()
    await (batch.asked ?? this.#ask(batch))
  }

  take(file: SourceEntry): WholeFile | undefined {
    if (this.#taken++ < FILES_READ_HERE) return this.#here.take(file)
    const batch = this.#next()
    const number = batch.taken++
    const found = batch.files[number]
    if (found !== this.#findBy(file)) throw new TypeError('files are taken in the order in which they were begun')
    const { ids, read } = batch.answer!
    const { memory, attributes, failed } = read!
    const content = new Uint8Array(memory, batch.at, Number(found.size))
    batch.at += wholeWords(content.length)
    if (failed.has(number)) return undefined
    const id = ids!.subarray(number * ADDRESS_BYTES, (number + 1) * ADDRESS_BYTES)
    return { content, id, extendedAttributes: attributes.get(number) }
  }

  /** The batch that a file is added to. */
  #batchFor(size: number): Batch {
    const last = this.#batches.at(-1)
    if (last !== undefined && last.asked === undefined) {
      if (last.length + size <= BYTES_PER_REQUEST) return last
      void this.#ask(last)
    }
    const batch: Batch = { files: [], length: 0, taken: 0, at: 0 }
    this.#batches.push(batch)
    return batch
  }

  /** The batch that the next file is taken from. The memory of the previous one is reused. */
  #next(): Batch {
    const [first] = this.#batches
    if (first === undefined) throw new TypeError('more files were taken than were begun')
    if (first.taken < first.files.length) return first
    this.#batches.shift()
    const { memory } = first.answer!.read!
    if (memory.byteLength === BYTES_PER_REQUEST) this.#memory.push(memory)
    return this.#next()
  }

  #ask(batch: Batch): Promise<void> {
    const { files, length } = batch
    const states = new BigInt64Array(files.length * STATE_WORDS)
    for (let at = 0; at < files.length; at++) packState(files[at]!, states, at)
    const memory = length > BYTES_PER_REQUEST ? undefined : this.#memory.pop()
    const request = {
      kind: 'read',
      paths: files.map(({ path }) => path),
      states,
      memory: memory ?? Buffer.allocUnsafeSlow(Math.max(length, BYTES_PER_REQUEST)).buffer,
      id: this.#id,
    } as const
    const asked = this.#pool.ask(request, request.memory).then((answer) => void (batch.answer = answer))
    // A failure is reported when a file is needed.
    asked.catch(() => {})
    return (batch.asked = asked)
  }
}
