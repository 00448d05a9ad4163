import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { AuthenticationError } from '../../../engine/errors.ts'
import type { ByteRange, ExtendedAttributes, SealContext, SubKeys } from '../../../engine/ports.ts'
import { alignment } from './shared-memory.ts'
import { startThread } from './thread.ts'

/** Memory goes to a thread and comes back, so that it is not allocated anew; most segments fit in this. */
const ROOM_BYTES = 512 * 1024

/** Bytes that go from thread to thread, their memory with them. */
export type Moved = Uint8Array<ArrayBuffer>

/** What a thread is asked for. */
export type Request = { readonly number: number } & Question

export type Question = SegmentRequest | IdentifyRequest | ReadRequest

export type SegmentRequest = { readonly content: Moved; readonly context: SealContext } & (
  | { readonly kind: 'seal' }
  | {
      readonly kind: 'open'
      readonly plainLength: number
      readonly keys: SubKeys
      readonly chunks: readonly ByteRange[]
      readonly wanted: boolean
    }
)

export interface IdentifyRequest {
  readonly kind: 'identify'
  /** In memory that is shared. */
  readonly content: Uint8Array
  readonly keys: SubKeys
  readonly chunks: readonly ByteRange[]
}

/** To read small files, and take their ids. */
export interface ReadRequest {
  readonly kind: 'read'
  /** Bytes as latin1. */
  readonly paths: readonly string[]
  /** What the files looked like, one behind the other: see `packState`. */
  readonly states: BigInt64Array
  /** Where to put them, one behind the other, each at the beginning of a word. */
  readonly memory: ArrayBuffer
  /** Keys the ids. */
  readonly id: Uint8Array
}

/** What is known of files is told by their number in the request. */
export interface ReadFiles {
  readonly memory: ArrayBuffer
  readonly attributes: ReadonlyMap<number, ExtendedAttributes>
  /** Not as they had looked, or not to be read, or their attributes not: whoever does it once more learns why. */
  readonly failed: ReadonlySet<number>
}

/** What it answers; `room` is the memory in which the request came, unless that was shared. */
export interface Answer {
  readonly number: number
  readonly room?: ArrayBuffer
  readonly result?: Moved
  readonly ids?: Moved
  readonly read?: ReadFiles
  readonly failure?: { readonly isAuthentication: boolean; readonly message: string }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** More threads than this find no work: cutting, packing and writing are done by one. */
const THREADS_AT_MOST = 8

/** As many as there are cores. */
export const threadsByDefault = (): number => Math.min(THREADS_AT_MOST, availableParallelism())

const NOTHING = new Uint8Array(0)

const pools = new Map<number, ThreadPool>()

/** The one pool of this many threads. Repositories and sources share it: threads of their own would only take turns, at some 30 MB each. */
export function threadPool(count: number): ThreadPool {
  let pool = pools.get(count)
  if (pool === undefined) pools.set(count, (pool = new ThreadPool(count)))
  return pool
}

/** Threads that are started when there is something to do, and do not keep the program from ending when there is not. */
export class ThreadPool {
  private readonly count: number
  private readonly threads: Thread[] = []
  private readonly rooms: ArrayBuffer[] = []
  private asked = 0

  constructor(count: number) {
    this.count = count
  }

  /** @param moved memory that goes along */
  ask(question: Question, moved?: ArrayBuffer): Promise<Answer> {
    const thread = this.idlest()
    const number = this.asked++
    return new Promise((resolve, reject) => {
      // Whoever waits for an answer keeps the program alive; threads without work do not.
      thread.worker.ref()
      thread.waiting.set(number, { resolve, reject })
      const request: Request = { ...question, number }
      thread.worker.postMessage(request, moved === undefined ? [] : [moved])
    })
  }

  /** Starts all threads. Each is asked for nothing at all, so that the program does not end while it starts (koffi would abort it). */
  begin(): void {
    const nothing = { kind: 'identify', content: NOTHING, keys: { id: NOTHING, chunker: NOTHING }, chunks: [] } as const
    for (let missing = this.count - this.threads.length; missing > 0; missing--)
      // Whoever has something to ask for learns why there is no thread.
      this.ask(nothing).catch(() => {})
  }

  private idlest(): Thread {
    let found: Thread | undefined
    for (const thread of this.threads) if (thread.waiting.size < (found?.waiting.size ?? Infinity)) found = thread
    return found === undefined || (found.waiting.size > 0 && this.threads.length < this.count) ? this.start() : found
  }

  private start(): Thread {
    const worker = startThread('pool-worker')
    const waiting = new Map<number, Waiting>()
    worker.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.number)
      waiting.delete(answer.number)
      if (waiting.size === 0) worker.unref()
      if (answer.room !== undefined) this.keep(answer.room)
      if (answer.failure === undefined) asker?.resolve(answer)
      else asker?.reject(errorOf(answer.failure))
    })
    worker.on('error', (error) => {
      // It has ended; whoever comes next is served by others.
      this.threads.splice(this.threads.indexOf(thread), 1)
      for (const asker of waiting.values()) asker.reject(error)
      waiting.clear()
    })
    const thread = { worker, waiting }
    this.threads.push(thread)
    return thread
  }

  copyOf(content: Uint8Array): Moved {
    const start = alignment(content)
    const length = start + content.length
    const at = this.rooms.findIndex((room) => room.byteLength >= length)
    const [room = newRoom(length)] = at < 0 ? [] : this.rooms.splice(at, 1)
    const copy = new Uint8Array(room, start, content.length)
    copy.set(content)
    return copy
  }

  private keep(room: ArrayBuffer): void {
    if (this.rooms.length < 2 * this.count) this.rooms.push(room)
    else room.transfer(0)
  }
}

/** Not zeroed first, which would touch every page once more. */
const newRoom = (length: number): ArrayBuffer => Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, length)).buffer

function errorOf({ isAuthentication, message }: NonNullable<Answer['failure']>): Error {
  return isAuthentication ? new AuthenticationError(message) : new Error(message)
}
