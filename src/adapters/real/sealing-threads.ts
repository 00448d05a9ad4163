import { Worker } from 'node:worker_threads'
import { keyedHash } from '../../engine/cryptography.ts'
import { AuthenticationError } from '../../engine/errors.ts'
import { ADDRESS_BYTES } from '../../engine/index/address.ts'
import type { ByteRange, SealContext, SealingThreads, SubKeys } from '../../engine/ports.ts'
import { heldBytes } from './held-bytes.ts'
import { alignment } from './shared-memory.ts'

/** Memory goes to a thread and comes back, so that it is not allocated anew; most segments fit in this. */
const ROOM_BYTES = 512 * 1024
/** To take the ids of less than this is quicker than to ask for them. */
const IDENTIFIED_ASIDE_BYTES = 1024 * 1024

/** Bytes that go from thread to thread, their memory with them. */
export type Moved = Uint8Array<ArrayBuffer>

/** What a thread is asked for. */
export type Request = { readonly number: number } & (SegmentRequest | IdentifyRequest)

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

/** What it answers; `room` is the memory in which the request came, unless that was shared. */
export interface Answer {
  readonly number: number
  readonly room?: ArrayBuffer
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
    limit: 4 * count,
    async seal(plain, context) {
      const content = pool.copyOf(heldBytes(plain))
      const { result } = await pool.ask({ kind: 'seal', content, context }, content.buffer)
      return result!
    },
    async open(sealed, plainLength, context, { id, chunker }, chunks, wanted) {
      const content = pool.copyOf(heldBytes(sealed))
      const asked = { kind: 'open', content, plainLength, context, keys: { id, chunker }, chunks, wanted } as const
      const { result, ids } = await pool.ask(asked, content.buffer)
      return { ids: ids!, ...(result === undefined ? {} : { plain: result }) }
    },
    identify(content, ends, { id, chunker }) {
      const bytes = heldBytes(content)
      const isShared = bytes.buffer instanceof SharedArrayBuffer
      if (!isShared || bytes.length < IDENTIFIED_ASIDE_BYTES || ends.length === 0) return undefined
      return identified(
        pool,
        { kind: 'identify', content: bytes, keys: { id, chunker }, chunks: rangesTo(ends) },
        count,
      )
    },
  }
}

/** Every thread takes its share, this one too, which would only wait. */
async function identified(pool: Pool, request: IdentifyRequest, threads: number): Promise<Uint8Array> {
  const { chunks, content, keys } = request
  const share = Math.ceil(chunks.length / (threads + 1))
  const ids = new Uint8Array(chunks.length * ADDRESS_BYTES)
  const asked: Array<Promise<void>> = []
  for (let first = share; first < chunks.length; first += share) {
    const answer = pool.ask({ ...request, chunks: chunks.slice(first, first + share) })
    asked.push(answer.then(({ ids: found }) => ids.set(found!, first * ADDRESS_BYTES)))
  }
  takeIds(content, { chunks: chunks.slice(0, share), keys }, ids)
  await Promise.all(asked)
  return ids
}

/** Takes the ids of chunks, one behind the other. */
export function takeIds(
  content: Uint8Array,
  { chunks, keys }: Pick<IdentifyRequest, 'chunks' | 'keys'>,
  into: Uint8Array,
): void {
  for (const [at, { start, end }] of chunks.entries())
    keyedHash(keys.id, content.subarray(start, end), into, at * ADDRESS_BYTES)
}

const rangesTo = (ends: readonly number[]): ByteRange[] => ends.map((end, at) => ({ start: ends[at - 1] ?? 0, end }))

class Pool {
  private readonly count: number
  private readonly threads: Array<{ worker: Worker; waiting: Map<number, Waiting> }> = []
  private readonly rooms: ArrayBuffer[] = []
  private asked = 0

  constructor(count: number) {
    this.count = count
  }

  /** @param moved memory that goes along */
  ask(question: SegmentRequest | IdentifyRequest, moved?: ArrayBuffer): Promise<Answer> {
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
      if (answer.room !== undefined) this.keep(answer.room)
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
