import { exp, ln } from '../../../kernel/index.ts'
import { Fingerprint, highWord, mix32 } from './integer-mixing.ts'

/**
 * A stream is an endless sequence of bytes that exists only as a number: 43 bits identify it, and 10 bits say how well
 * it compresses. The number determines everything about the bytes, so that nothing needs to be registered.
 */
export type ExtentStream = number

/** All zeros. */
export const ZERO_STREAM: ExtentStream = 0

const COMPRESSION_STEPS = 1024
const SHARE_MASK = COMPRESSION_STEPS - 1

/**
 * The stream of this name.
 * @param compressibility original size divided by compressed size, at least 1
 */
export function extentStream(name: string, compressibility: number): ExtentStream {
  if (!(compressibility >= 1)) throw new RangeError(`compressibility is at least 1, not ${compressibility}`)
  const steps = Math.min(COMPRESSION_STEPS, Math.max(1, Math.round(COMPRESSION_STEPS / compressibility)))
  // One is added so that no name maps to the stream of zeros.
  const identity = (new Fingerprint().text(name).number % (2 ** 43 - 1)) + 1
  return identity * COMPRESSION_STEPS + (steps - 1)
}

/** Compressed size divided by original size. Exact for the reciprocal of any multiple of 1/1024. */
export function compressedShare(stream: ExtentStream): number {
  return stream === ZERO_STREAM ? 0 : ((stream & SHARE_MASK) + 1) / COMPRESSION_STEPS
}

/** Share above which the bytes of a stream are symbols of a small alphabet; below, they are words. */
const ALPHABET_FROM_SHARE = 0.5
const WORDS = 256
/** Bytes that zstd needs for a word it has seen before, measured over segments of 64 KiB to 1 MiB. */
const BYTES_PER_KNOWN_WORD = 1.7
const WORD_MIN_BYTES = 8

/** Whether streams of this share consist of words, each of which the codec has to see once before it can abbreviate it. */
export function hasVocabulary(share: number): boolean {
  return share < ALPHABET_FROM_SHARE
}

/**
 * Bytes that a codec needs, in addition to the share, for `length` bytes of streams of this share in one segment: each
 * word of the vocabulary costs all its bytes at its first occurrence. Measured with zstd on segments of 8 KiB to 4 MiB
 * and shares from 1/20 to 1/2: it is within 4 % of share and vocabulary together.
 */
export function vocabularyBytes(share: number, length: number): number {
  const word_bytes = wordBytes(share)
  const met = WORDS * (1 - exp(-length / word_bytes / WORDS))
  return met * (word_bytes - BYTES_PER_KNOWN_WORD)
}

function wordBytes(share: number): number {
  return Math.max(WORD_MIN_BYTES, Math.round(BYTES_PER_KNOWN_WORD / share))
}

/**
 * The bytes [offset, offset + length) of a stream, for data that must exist. Where little can be saved they are equally
 * likely symbols of an alphabet, as few as give the wanted entropy; otherwise words of a vocabulary that all streams
 * share, with new ones in between, as in text. zstd reaches the wanted share to some percent for segments of 128 KiB
 * and more; shorter ones compress less, like real data.
 */
export function materialiseStream(stream: ExtentStream, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  if (stream === ZERO_STREAM) return bytes
  const share = compressedShare(stream)
  const low = mix32(stream | 0)
  const high = mix32(highWord(stream) ^ low)
  if (share >= ALPHABET_FROM_SHARE) fillWithSymbols(bytes, offset, share, low, high)
  else fillWithWords(bytes, offset, share, low, high)
  return bytes
}

function fillWithSymbols(bytes: Uint8Array, offset: number, share: number, low: number, high: number): void {
  // S equally likely symbols have log2(S) bits of entropy each.
  const symbols = exp(8 * share * ln(2))
  let word = 0
  for (let at = 0; at < bytes.length; at++) {
    const position = offset + at
    const lane = position & 3
    if (at === 0 || lane === 0) word = mix32(mix32(Math.floor(position / 4) ^ low) + high + highWord(position / 4))
    bytes[at] = Math.floor((((word >>> (8 * lane)) & 0xff) * symbols) / 256)
  }
}

function fillWithWords(bytes: Uint8Array, offset: number, share: number, low: number, high: number): void {
  const word_bytes = wordBytes(share)
  const known = BYTES_PER_KNOWN_WORD / word_bytes
  const newBelow = Math.max(0, (share - known) / (1 - known)) * 4_294_967_296
  for (let at = 0; at < bytes.length;) {
    const slot = Math.floor((offset + at) / word_bytes)
    const begin = slot * word_bytes
    const draw = mix32(mix32(slot ^ low) + high + highWord(slot)) >>> 0
    const seed = draw < newBelow ? mix32(draw + low) : mix32(mix32(draw) & (WORDS - 1))
    const end = Math.min(bytes.length, begin + word_bytes - offset)
    for (; at < end; at++) bytes[at] = mix32(seed + (offset + at - begin))
  }
}
