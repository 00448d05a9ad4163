import { parentPort } from 'node:worker_threads'
import { openBytes, sealBytes } from '../../../engine/bytes/bytes-fidelity.ts'
import { discard, fillsItsMemory } from '../../../engine/bytes/held-bytes.ts'
import { AuthenticationError } from '../../../engine/errors.ts'
import { ADDRESS_BYTES } from '../../../engine/index/address.ts'
import { fastCodec } from '../native-zstd.ts'
import { readFiles } from './read-files.ts'
import { takeIds } from './sealing-threads.ts'
import type { Answer, IdentifyRequest, Moved, Request } from './thread-pool.ts'

/** A thread that seals, opens, reads and computes ids on request, one request after another. */

parentPort?.on('message', (request: Request) => {
  const moved = new Set<ArrayBuffer>()
  const room = 'context' in request ? { room: request.content.buffer } : {}
  const answer: Answer = { number: request.number, ...room, ...done(request) }
  for (const memory of [answer.room, answer.result?.buffer, answer.ids?.buffer, answer.read?.memory])
    if (memory !== undefined) moved.add(memory)
  parentPort?.postMessage(answer, [...moved])
})

function done(request: Request): Omit<Answer, 'number' | 'room'> {
  try {
    if (request.kind === 'identify') return { ids: idsOf(request.content, request) }
    if (request.kind === 'read') return readFiles(request)
    const { content, context } = request
    if (request.kind === 'seal') return { result: whole(sealBytes(content, context, fastCodec())) }
    const result = whole(openBytes(content, request.plainLength, context, fastCodec()))
    const ids = idsOf(result, request)
    if (request.wanted) return { result, ids }
    discard(result)
    return { ids }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { failure: { isAuthentication: error instanceof AuthenticationError, message } }
  }
}

function idsOf(content: Uint8Array, request: Pick<IdentifyRequest, 'chunks' | 'keys'>): Moved {
  const ids = new Uint8Array(request.chunks.length * ADDRESS_BYTES)
  takeIds(content, request, ids)
  return ids
}

/** Shared memory, such as a part of Node's pool, cannot be transferred. */
function whole(bytes: Uint8Array): Moved {
  const { buffer, length } = bytes
  return buffer instanceof ArrayBuffer && fillsItsMemory(bytes)
    ? new Uint8Array(buffer, 0, length)
    : new Uint8Array(bytes)
}
