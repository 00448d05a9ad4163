import type { Content } from '../ports.ts'

/** The bytes of content that is held rather than described. */
export function heldBytes(content: Content): Uint8Array {
  if (content instanceof Uint8Array) return content
  throw new TypeError('bytes were expected, and described content was given: fidelities never mix in a repository')
}

/** Allocates bytes that will be overwritten: on Node without zeroing, which would touch every page once more. */
export const freshBytes: (length: number) => Uint8Array =
  typeof Buffer === 'undefined'
    ? (length) => new Uint8Array(length)
    : (length) => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)

/** Discarding less is not worth the effort. */
const DISCARDED_BYTES = 16 * 1024
/** Smaller arrays may share their memory with others: Node's pool for small buffers. */
const OWN_BYTES = 128 * 1024

/**
 * Releases memory that is no longer needed. It would be collected eventually, but hundreds of megabytes accumulate
 * until then, and each page of fresh memory costs time.
 */
export function discard(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (!(buffer instanceof ArrayBuffer)) return
  const least = fillsItsMemory(bytes) ? DISCARDED_BYTES : OWN_BYTES
  if (buffer.byteLength >= least) buffer.transfer(0)
}

/** Whether nothing else uses the memory of these bytes; decompressed data leave one byte of it free. */
export function fillsItsMemory({ buffer, byteOffset, length }: Uint8Array): boolean {
  return byteOffset === 0 && buffer.byteLength - length <= 1
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  let length = 0
  for (const part of parts) length += part.length
  const whole = freshBytes(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
