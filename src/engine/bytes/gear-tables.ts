import { deriveKey } from '../cryptography/cryptography.ts'

/** Four tables of 16 bytes. */
const NIBBLE_TABLES_BYTES = 64
const MIX_WORDS = 8

/**
 * Finds the first end in (start, limit] whose gear hash has none of the cutter's mask bits and whose mix has none of
 * the bits of `mask`; 0 when there is none. At least 32 bytes must precede `start`, because the result depends on them.
 */
export type GearScan = (bytes: Uint8Array, start: number, limit: number, mask: number) => number

/** The parameters of the search, all derived from the key. */
export interface GearTables {
  /**
   * What the low and the high half of a byte add to the low and the high byte of the hash, in the order: low half low,
   * high half low, low half high, high half high.
   */
  readonly nibbles: Uint8Array
  readonly mixKeys: Int32Array
}

/** The tables are keyed, so that without the key the sizes of chunks reveal nothing about the content. */
export function gearTables(chunkerKey: Uint8Array): GearTables {
  const secret = deriveKey(chunkerKey, new Uint8Array(0), 'gear tables', NIBBLE_TABLES_BYTES + 4 * MIX_WORDS)
  const view = new DataView(secret.buffer, secret.byteOffset + NIBBLE_TABLES_BYTES)
  return {
    nibbles: secret.slice(0, NIBBLE_TABLES_BYTES),
    mixKeys: Int32Array.from({ length: MIX_WORDS }, (_, word) => view.getInt32(4 * word, true)),
  }
}

/** Bytes before an end that are mixed. */
export const MIX_BYTES = 4 * MIX_WORDS

/** Mixes the 32 bytes before an end with the key: its low bits say whether the chunk ends there. */
function mixBefore(bytes: Uint8Array, end: number, keys: Int32Array): number {
  let mixed = 0
  for (let word = 0, at = end - MIX_BYTES; word < MIX_WORDS; word++, at += 4) {
    const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    mixed = Math.imul(mixed ^ four ^ keys[word]!, 0x9e_37_79_b1)
    mixed ^= mixed >>> 15
  }
  mixed = Math.imul(mixed, 0x85_eb_ca_6b)
  return mixed ^ (mixed >>> 13)
}

/** The search in plain JavaScript, for any platform. */
export function plainScan({ nibbles, mixKeys }: GearTables, gearMask: number): GearScan {
  const gear = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    const [low, high] = [byte & 15, byte >> 4]
    gear[byte] = (nibbles[low]! ^ nibbles[16 + high]!) | ((nibbles[32 + low]! ^ nibbles[48 + high]!) << 8)
  }
  return (bytes, start, limit, mask) => {
    for (let end = start; ;) {
      // The 16-bit hash depends only on the last 16 bytes.
      let hash = 0
      for (let at = end - 15; at < end; at++) hash = (hash << 1) + gear[bytes[at]!]!
      end = firstCandidate(bytes, gear, hash, end, limit, gearMask)
      if (end === 0 || (mixBefore(bytes, end, mixKeys) & mask) === 0) return end
    }
  }
}

/**
 * The first end in (start, limit] whose hash has no bit of the mask, 0 when there is none. Unrolled, and truncated to
 * 32 bits at each step: measured, twice as fast as the plain loop.
 */
function firstCandidate(
  bytes: Uint8Array,
  gear: Int32Array,
  before: number,
  start: number,
  limit: number,
  mask: number,
): number {
  let hash = before
  let at = start
  const unrolled = limit - 16
  while (at <= unrolled) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0
    if ((hash & mask) === 0) return at + 1
    hash = ((hash << 1) + gear[bytes[at + 1]!]!) | 0
    if ((hash & mask) === 0) return at + 2
    hash = ((hash << 1) + gear[bytes[at + 2]!]!) | 0
    if ((hash & mask) === 0) return at + 3
    hash = ((hash << 1) + gear[bytes[at + 3]!]!) | 0
    if ((hash & mask) === 0) return at + 4
    hash = ((hash << 1) + gear[bytes[at + 4]!]!) | 0
    if ((hash & mask) === 0) return at + 5
    hash = ((hash << 1) + gear[bytes[at + 5]!]!) | 0
    if ((hash & mask) === 0) return at + 6
    hash = ((hash << 1) + gear[bytes[at + 6]!]!) | 0
    if ((hash & mask) === 0) return at + 7
    hash = ((hash << 1) + gear[bytes[at + 7]!]!) | 0
    if ((hash & mask) === 0) return at + 8
    hash = ((hash << 1) + gear[bytes[at + 8]!]!) | 0
    if ((hash & mask) === 0) return at + 9
    hash = ((hash << 1) + gear[bytes[at + 9]!]!) | 0
    if ((hash & mask) === 0) return at + 10
    hash = ((hash << 1) + gear[bytes[at + 10]!]!) | 0
    if ((hash & mask) === 0) return at + 11
    hash = ((hash << 1) + gear[bytes[at + 11]!]!) | 0
    if ((hash & mask) === 0) return at + 12
    hash = ((hash << 1) + gear[bytes[at + 12]!]!) | 0
    if ((hash & mask) === 0) return at + 13
    hash = ((hash << 1) + gear[bytes[at + 13]!]!) | 0
    if ((hash & mask) === 0) return at + 14
    hash = ((hash << 1) + gear[bytes[at + 14]!]!) | 0
    if ((hash & mask) === 0) return at + 15
    hash = ((hash << 1) + gear[bytes[at + 15]!]!) | 0
    if ((hash & mask) === 0) return at + 16
    at += 16
  }
  for (; at < limit; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0
    if ((hash & mask) === 0) return at + 1
  }
  return 0
}
