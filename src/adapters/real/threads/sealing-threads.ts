import { ADDRESS_BYTES } from '../../../engine/index/address.ts'
import type { ByteRange, SealingThreads } from '../../../engine/ports.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'
import { fastKeyedHash } from '../native-hmac.ts'
import { threadPool } from './thread-pool.ts'
import type { IdentifyRequest, ThreadPool } from './thread-pool.ts'

/** Below this size computing ids here is faster than asking another thread. */
const IDENTIFIED_ASIDE_BYTES = 1024 * 1024

/** Seals and opens segments on worker threads. */
export function sealingThreads(count: number): SealingThreads {
  const pool = threadPool(count)
  return {
    limit: 4 * count,
    begin: () => pool.begin(),
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

/** Every thread takes a share, including this one, which would otherwise only wait. */
async function identified(pool: ThreadPool, request: IdentifyRequest, threads: number): Promise<Uint8Array> {
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

/** Computes the concatenated ids of chunks. */
export function takeIds(
  content: Uint8Array,
  { chunks, keys }: Pick<IdentifyRequest, 'chunks' | 'keys'>,
  into: Uint8Array,
): void {
  const hash = fastKeyedHash()
  for (const [at, { start, end }] of chunks.entries())
    hash(keys.id, content.subarray(start, end), into, at * ADDRESS_BYTES)
}

const rangesTo = (ends: readonly number[]): ByteRange[] => ends.map((end, at) => ({ start: ends[at - 1] ?? 0, end }))
