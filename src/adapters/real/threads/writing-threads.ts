import { isMarkedAsUntransferable } from 'node:worker_threads'
import type { Worker } from 'node:worker_threads'
import { FileSystemError } from '../../../engine/errors.ts'
import type { FilePart } from '../../../engine/ports.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'
import { startThread } from './thread.ts'

/** Settings of a thread. */
export interface WriterSettings {
  readonly directory: string
  /** Whether missing extended attributes are reported, or thrown. */
  readonly tellsIncomplete: boolean
}

/** A request to a thread, which owns the contents, as bytes. */
export interface WriteRequest {
  readonly number: number
  readonly parts: readonly FilePart[]
}

/** Asks a thread to end. */
export const END = 'end'

export interface WriteAnswer {
  readonly number: number
  readonly incomplete: readonly string[]
  readonly failure?: { readonly isOfFileSystem: boolean; readonly message: string }
}

interface Waiting {
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
  waiting_bytes: number
}

/**
 * Writes files on worker threads, started on demand: creating files is mostly the system's work, and as much of it as
 * everything else in a restore. All parts of one file go to one thread.
 */
export class WritingThreads {
  readonly #count: number
  readonly #settings: WriterSettings
  readonly #onIncomplete: ((reason: string) => void) | undefined
  readonly #threads: Thread[] = []
  /** The threads that have incomplete files, by path. */
  readonly #begun = new Map<string, Thread>()
  #asked = 0

  constructor(count: number, directory: string, onIncomplete: ((reason: string) => void) | undefined) {
    this.#count = count
    this.#settings = { directory, tellsIncomplete: onIncomplete !== undefined }
    this.#onIncomplete = onIncomplete
  }

  /** Performs parts, and takes over the memory of their contents. */
  async write(parts: readonly FilePart[]): Promise<void> {
    const idlest = this.#idlest()
    const byThread = Map.groupBy(parts, ({ path }) => this.#begun.get(path) ?? idlest)
    /** The future owner of each piece of memory. */
    const owners = new Map<ArrayBufferLike, Thread>()
    const own = (bytes: Uint8Array, thread: Thread): Uint8Array => {
      const { buffer } = bytes
      const isFree = buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(buffer)
      if (isFree && (owners.get(buffer) ?? thread) === thread) {
        owners.set(buffer, thread)
        return bytes
      }
      // Memory that is also used elsewhere cannot be transferred.
      const copy = Uint8Array.from(bytes)
      owners.set(copy.buffer, thread)
      return copy
    }
    const requests = [...byThread].map(([thread, ofThread]) => {
      let bytes = 0
      const owned = ofThread.map((part) => {
        if (part.finish === undefined) this.#begun.set(part.path, thread)
        else this.#begun.delete(part.path)
        const writes = part.writes.map(({ offset, content }) => {
          bytes += content.length
          return { offset, content: own(heldBytes(content), thread) }
        })
        return { ...part, writes }
      })
      return { thread, parts: owned, bytes }
    })
    const moved = Map.groupBy(owners.keys(), (buffer) => owners.get(buffer)!)
    await Promise.all(
      requests.map((request) =>
        this.#ask(request.thread, request.parts, request.bytes, moved.get(request.thread) ?? []),
      ),
    )
  }

  /** Ends the threads, which closes their open files. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map(({ worker }) => ended(worker)))
    this.#begun.clear()
  }

  #ask(thread: Thread, parts: readonly FilePart[], bytes: number, moved: readonly ArrayBufferLike[]): Promise<void> {
    const request: WriteRequest = { number: this.#asked++, parts }
    return new Promise((resolve, reject) => {
      // A pending request keeps the program running; idle threads do not.
      thread.worker.ref()
      thread.waiting.set(request.number, { bytes, resolve, reject })
      thread.waiting_bytes += bytes
      thread.worker.postMessage(
        request,
        moved.filter((buffer) => buffer instanceof ArrayBuffer),
      )
    })
  }

  /** The thread with the least to write. */
  #idlest(): Thread {
    let found: Thread | undefined
    for (const thread of this.#threads)
      if (found === undefined || thread.waiting_bytes < found.waiting_bytes) found = thread
    return found === undefined || (found.waiting.size > 0 && this.#threads.length < this.#count) ? this.#start() : found
  }

  #start(): Thread {
    const worker = startThread('writing-worker', this.#settings)
    const thread: Thread = { worker, waiting: new Map(), waiting_bytes: 0 }
    worker.on('message', ({ number, incomplete, failure }: WriteAnswer) => {
      const asker = thread.waiting.get(number)
      thread.waiting.delete(number)
      thread.waiting_bytes -= asker?.bytes ?? 0
      if (thread.waiting.size === 0) worker.unref()
      for (const reason of incomplete) this.#onIncomplete?.(reason)
      if (failure === undefined) asker?.resolve()
      else asker?.reject(failure.isOfFileSystem ? new FileSystemError(failure.message) : new Error(failure.message))
    })
    worker.on('error', (error) => {
      for (const asker of thread.waiting.values()) asker.reject(error)
      thread.waiting.clear()
    })
    this.#threads.push(thread)
    return thread
  }
}

/** Asks a thread to end, which it does after it has started: terminating it before would crash the program (koffi 2). */
async function ended(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return
  const exit = new Promise((resolve) => worker.once('exit', resolve))
  worker.ref()
  worker.postMessage(END, [])
  await exit
}
