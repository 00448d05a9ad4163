import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Bandwidth, TransferLimits } from '../real/bandwidth.ts'

/** Bytes that a connection may receive before it waits for its turn. */
const TAKEN_IN_BYTES = 1024 * 1024

/**
 * Limits the transfer of request and response bodies to the given rates. It acts after everything else that the client
 * does, so that signatures cover the unmodified body, and retries are limited too.
 */
export function limitTransfers(client: S3Client, { upload, download }: TransferLimits): void {
  if (upload === undefined && download === undefined) return
  client.middlewareStack.add(
    (next) => async (call) => {
      const { request } = call
      const isSent = upload !== undefined && hasBody(request) && request.body instanceof Uint8Array
      const limited = isSent ? { ...call, request: withBody(request, inPieces(upload.paced(request.body))) } : call
      const { response, ...rest } = await next(limited)
      if (download === undefined || !hasBody(response) || !(response.body instanceof Readable))
        return { response, ...rest }
      return { response: withBody(response, inPieces(pacedParts(response.body, download))), ...rest }
    },
    { step: 'deserialize', priority: 'low' },
  )
}

/** How long a connection that waits for its turn may be silent. */
export function silenceWithin({ upload, download }: TransferLimits): number {
  const slowest = Math.min(upload?.bytesPerSecond ?? Infinity, download?.bytesPerSecond ?? Infinity)
  return Math.ceil((TAKEN_IN_BYTES / slowest) * 1000)
}

function hasBody(message: unknown): message is { readonly body: unknown } {
  return typeof message === 'object' && message !== null && 'body' in message
}

/** The same message, of the same class, with another body. */
function withBody<T extends object>(message: T, body: Readable): T {
  const copy: T = Object.create(Object.getPrototypeOf(message))
  return Object.assign(copy, message, { body })
}

const inPieces = (pieces: AsyncIterable<Uint8Array>): Readable => Readable.from(pieces, { objectMode: false })

async function* pacedParts(parts: AsyncIterable<Uint8Array>, bandwidth: Bandwidth): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield* bandwidth.paced(part)
}
