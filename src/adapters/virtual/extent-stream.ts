import { exp, ln } from '../../kernel/index.ts'
import { Fingerprint, highWord, mix32 } from './integer-mixing.ts'

/**
 * A stream is an endless sequence of bytes that exists only as a number: 43 bits say which one it is, 10 bits how well it
 * compresses. Whoever holds the number can tell everything about the bytes, so that nothing needs to be registered.
 */
export type ExtentStream = number

/** All zeros. */
export const ZERO_STREAM: ExtentStream = 0

const COMPRESSION_STEPS = 1024
const SHARE_MASK = COMPRESSION_STEPS - 1

/**
 * The stream of this name.
 * @param compressibility original size over compressed size, at least 1
 */
export function extentStream(name: string, compressibility: number): ExtentStream {
  if (!(compressibility >= 1)) throw new RangeError(`compressibility is at least 1, not ${compressibility}`)
  const steps = Math.min(COMPRESSION_STEPS, Math.max(1, Math.round(COMPRESSION_STEPS / compressibility)))
  // One is added so that no name gives the stream of zeros.
  const identity = (new Fingerprint().text(name).number % (2 ** 43 - 1)) + 1
  return identity * COMPRESSION_STEPS + (steps - 1)
}

/** Compressed size over original size. Exact for the reciprocal of any multiple of 1/1024. */
export function compressedShare(stream: ExtentStream): number {
  return stream === ZERO_STREAM ? 0 : ((stream & SHARE_MASK) + 1) / COMPRESSION_STEPS
}

/**
 * The bytes [offset, offset + length) of a stream, for tests and for data that must exist: symbols of an
 * alphabet, equally likely, as many as give the stream its entropy.
 */
export function materialiseStream(stream: ExtentStream, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  if (stream === ZERO_STREAM) return bytes
  // S equally likely symbols have log2(S) bits of entropy each.
  const bits = compressedShare(stream) * 8
  const symbols = exp(bits * ln(2))
  const low = mix32(stream | 0)
  const high = mix32(highWord(stream) ^ low)
  let at = 0
  let word = 0
  for (let position = offset; at < length; position++, at++) {
    const lane = position & 3
    if (at === 0 || lane === 0) word = mix32(mix32(Math.floor(position / 4) ^ low) + high + highWord(position / 4))
    bytes[at] = Math.floor((((word >>> (8 * lane)) & 0xff) * symbols) / 256)
  }
  return bytes
}
