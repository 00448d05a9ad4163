import type { Content } from '../ports.ts'

/** The bytes of content that is held, not described. */
export function heldBytes(content: Content): Uint8Array {
  if (content instanceof Uint8Array) return content
  throw new TypeError('bytes were expected, and described content was given: fidelities never mix in a repository')
}

/** Bytes to be overwritten: on Node not zeroed first, which would touch every page once more. */
export const freshBytes: (length: number) => Uint8Array =
  typeof Buffer === 'undefined'
    ? (length) => new Uint8Array(length)
    : (length) => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)

/** Less is not worth the trouble. */
const DISCARDED_BYTES = 16 * 1024
/** A part of less may be a share of memory that others use, too: Node's pool for small buffers. */
const OWN_BYTES = 128 * 1024

/**
 * Gives memory back that nobody will look at again. It would be collected in time; but hundreds of megabytes gather until
 * then, and each page of fresh memory costs.
 */
export function discard(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (!(buffer instanceof ArrayBuffer)) return
  const least = fillsItsMemory(bytes) ? DISCARDED_BYTES : OWN_BYTES
  if (buffer.byteLength >= least) buffer.transfer(0)
}

/** Whether nothing else lies in the memory of bytes; what is decompressed leaves one byte of it free. */
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
