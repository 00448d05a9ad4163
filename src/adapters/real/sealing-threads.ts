import { Worker } from 'node:worker_threads'
import { AuthenticationError } from '../../engine/errors.ts'
import type { ByteRange, SealContext, SealingThreads, SubKeys } from '../../engine/ports.ts'
import { heldBytes } from './held-bytes.ts'

/** Memory goes to a thread and comes back, so that it is not allocated anew; most segments fit in this. */
const ROOM_BYTES = 512 * 1024

/** Bytes that go from thread to thread, their memory with them. */
export type Moved = Uint8Array<ArrayBuffer>

/** What a thread is asked for. */
export type Request = { readonly number: number; readonly content: Moved; readonly context: SealContext } & (
  | { readonly kind: 'seal' }
  | {
      readonly kind: 'open'
      readonly plainLength: number
      readonly keys: SubKeys
      readonly chunks: readonly ByteRange[]
      readonly wanted: boolean
    }
)

/** What it answers; `room` is the memory in which the request came. */
export interface Answer {
  readonly number: number
  readonly room: ArrayBuffer
  readonly result?: Moved
  readonly ids?: Moved
  readonly failure?: { readonly isAuthentication: boolean; readonly message: string }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * Seals and opens segments on worker threads, which are started when the first segment comes and do not keep the program
 * from ending.
 */
export function sealingThreads(count: number): SealingThreads {
  const pool = new Pool(count)
  return {
    limit: count + 2,
    async seal(plain, context) {
      const { result } = await pool.ask(heldBytes(plain), { kind: 'seal', context })
      return result!
    },
    async open(sealed, plainLength, context, { id, chunker }, chunks, wanted) {
      const asked = { kind: 'open', plainLength, context, keys: { id, chunker }, chunks, wanted } as const
      const { result, ids } = await pool.ask(heldBytes(sealed), asked)
      return { ids: ids!, ...(result === undefined ? {} : { plain: result }) }
    },
  }
}

class Pool {
  private readonly count: number
  private readonly threads: Array<{ worker: Worker; waiting: Map<number, Waiting> }> = []
  private readonly rooms: ArrayBuffer[] = []
  private asked = 0

  constructor(count: number) {
    this.count = count
  }

  ask(content: Uint8Array, question: DistributiveOmit<Request, 'number' | 'content'>): Promise<Answer> {
    const thread = this.idlest()
    const number = this.asked++
    const copy = this.copyOf(content)
    return new Promise((resolve, reject) => {
      // Whoever waits for an answer keeps the program alive; threads without work do not.
      thread.worker.ref()
      thread.waiting.set(number, { resolve, reject })
      thread.worker.postMessage({ ...question, number, content: copy }, [copy.buffer])
    })
  }

  private idlest(): Pool['threads'][number] {
    let found: Pool['threads'][number] | undefined
    for (const thread of this.threads) if (thread.waiting.size < (found?.waiting.size ?? Infinity)) found = thread
    return found === undefined || (found.waiting.size > 0 && this.threads.length < this.count) ? this.start() : found
  }

  private start(): Pool['threads'][number] {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    const worker = new Worker(new URL(`./sealing-worker${extension}`, import.meta.url), {
      // A program given on the command line says of itself what is not true of the worker's file.
      execArgv: process.execArgv.filter((word) => !word.startsWith('--input-type')),
    })
    const waiting = new Map<number, Waiting>()
    worker.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.number)
      waiting.delete(answer.number)
      if (waiting.size === 0) worker.unref()
      if (this.rooms.length < 2 * this.count) this.rooms.push(answer.room)
      else answer.room.transfer(0)
      if (answer.failure === undefined) asker?.resolve(answer)
      else asker?.reject(errorOf(answer.failure))
    })
    worker.on('error', (error) => {
      for (const asker of waiting.values()) asker.reject(error)
      waiting.clear()
    })
    const thread = { worker, waiting }
    this.threads.push(thread)
    return thread
  }

  private copyOf(content: Uint8Array): Moved {
    const { length } = content
    const at = this.rooms.findIndex((room) => room.byteLength >= length)
    const [room = newRoom(length)] = at < 0 ? [] : this.rooms.splice(at, 1)
    const copy = new Uint8Array(room, 0, length)
    copy.set(content)
    return copy
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Not zeroed first, which would touch every page once more. */
const newRoom = (length: number): ArrayBuffer => Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, length)).buffer

function errorOf({ isAuthentication, message }: NonNullable<Answer['failure']>): Error {
  return isAuthentication ? new AuthenticationError(message) : new Error(message)
}
