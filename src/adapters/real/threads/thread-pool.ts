import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { AuthenticationError } from '../../../engine/errors.ts'
import type { ByteRange, ExtendedAttributes, SealContext, SubKeys } from '../../../engine/ports.ts'
import { alignment } from './shared-memory.ts'
import { startThread } from './thread.ts'

/** Size of the memory that is passed to a thread and back, to save allocations; most segments fit. */
const ROOM_BYTES = 512 * 1024

/** Bytes that are transferred between threads with their memory. */
export type Moved = Uint8Array<ArrayBuffer>

/** A request to a thread. */
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
  /** In shared memory. */
  readonly content: Uint8Array
  readonly keys: SubKeys
  readonly chunks: readonly ByteRange[]
}

/** Reads small files and computes their ids. */
export interface ReadRequest {
  readonly kind: 'read'
  /** Bytes as latin1. */
  readonly paths: readonly string[]
  /** The concatenated states of the files: see `packState`. */
  readonly states: BigInt64Array
  /** Where to put the files, one after another, each at the beginning of a word. */
  readonly memory: ArrayBuffer
  /** Keys the ids. */
  readonly id: Uint8Array
}

/** Results for files, by their number in the request. */
export interface ReadFiles {
  readonly memory: ArrayBuffer
  readonly attributes: ReadonlyMap<number, ExtendedAttributes>
  /** Changed, or unreadable, or with unreadable attributes: reading them again tells why. */
  readonly failed: ReadonlySet<number>
}

/** The response; `room` is the memory in which the request came, unless that was shared. */
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

/** More threads would have no work: cutting, packing and writing are done by one. */
const THREADS_AT_MOST = 8

/** One per core. */
export const threadsByDefault = (): number => Math.min(THREADS_AT_MOST, availableParallelism())

const NOTHING = new Uint8Array(0)

const pools = new Map<number, ThreadPool>()

/**
 * The one pool with this many threads. Repositories and sources share it: separate threads would only take turns, at
 * some 30 MB each.
 */
export function threadPool(count: number): ThreadPool {
  let pool = pools.get(count)
  if (pool === undefined) pools.set(count, (pool = new ThreadPool(count)))
  return pool
}

/** Threads that are started on demand. Idle threads do not keep the program running. */
export class ThreadPool {
  private readonly count: number
  private readonly threads: Thread[] = []
  private readonly rooms: ArrayBuffer[] = []
  private asked = 0

  constructor(count: number) {
    this.count = count
  }

  /** @param moved memory that is transferred with the request */
  ask(question: Question, moved?: ArrayBuffer): Promise<Answer> {
    const thread = this.idlest()
    const number = this.asked++
    return new Promise((resolve, reject) => {
      // A pending request keeps the program running; idle threads do not.
      thread.worker.ref()
      thread.waiting.set(number, { resolve, reject })
      const request: Request = { ...question, number }
      thread.worker.postMessage(request, moved === undefined ? [] : [moved])
    })
  }

  /**
   * Starts all threads, with an empty request each, so that the program does not end during their start (koffi would
   * abort it).
   */
  begin(): void {
    const nothing = { kind: 'identify', content: NOTHING, keys: { id: NOTHING, chunker: NOTHING }, chunks: [] } as const
    for (let missing = this.count - this.threads.length; missing > 0; missing--)
      // The next real request reports why there is no thread.
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
      // It has ended; other threads serve later requests.
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

/** Not zeroed, which would touch every page once more. */
const newRoom = (length: number): ArrayBuffer => Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, length)).buffer

function errorOf({ isAuthentication, message }: NonNullable<Answer['failure']>): Error {
  return isAuthentication ? new AuthenticationError(message) : new Error(message)
}
