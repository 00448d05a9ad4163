import { parentPort } from 'node:worker_threads'
import { openBytes, sealBytes } from '../../engine/bytes/bytes-fidelity.ts'
import { discard } from '../../engine/bytes/held-bytes.ts'
import { keyedHash } from '../../engine/cryptography.ts'
import { AuthenticationError } from '../../engine/errors.ts'
import type { Answer, Moved, Request } from './sealing-threads.ts'

/** A thread that seals and opens what it is sent, one segment after another. */

const ID_BYTES = 32

parentPort?.on('message', (request: Request) => {
  const room = request.content.buffer
  const moved = new Set<ArrayBuffer>([room])
  const answer: Answer = { number: request.number, room, ...done(request) }
  for (const part of [answer.result, answer.ids]) if (part !== undefined) moved.add(part.buffer)
  parentPort?.postMessage(answer, [...moved])
})

function done(request: Request): Omit<Answer, 'number' | 'room'> {
  const { content, context } = request
  try {
    if (request.kind === 'seal') return { result: whole(sealBytes(content, context)) }
    const result = whole(openBytes(content, request.plainLength, context))
    const ids = new Uint8Array(request.chunks.length * ID_BYTES)
    for (const [at, { start, end }] of request.chunks.entries())
      keyedHash(request.keys.id, result.subarray(start, end), ids, at * ID_BYTES)
    if (request.wanted) return { result, ids }
    discard(result)
    return { ids }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { failure: { isAuthentication: error instanceof AuthenticationError, message } }
  }
}

/** Memory that belongs to others, such as a share of Node's pool, cannot be moved. */
function whole(bytes: Uint8Array): Moved {
  const { buffer, length } = bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === length ? new Uint8Array(buffer) : new Uint8Array(bytes)
}
