import { bytesFidelity, packed, unpacked } from '../../../engine/bytes/bytes-fidelity.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'
import { KEY_BYTES, TAG_BYTES } from '../../../engine/cryptography/cryptography.ts'
import { AuthenticationError } from '../../../engine/errors.ts'
import type { AeadContext, Fidelity, SealContext, Sealing, SubKeys } from '../../../engine/ports.ts'
import { mix32 } from './integer-mixing.ts'

/** Keys of packs, snapshots and index files that go with described content, likewise without cryptography. */
export const modelledSealing: Sealing = {
  packKey(secret, header) {
    const key = new Uint8Array(KEY_BYTES)
    const digest = new Digest(secret.length, header.length, 0, 0)
    digest.take(secret)
    digest.take(header)
    for (let half = 0; half < 2; half++) digest.give(NOTHING_MORE, key, 16 * half)
    return key
  },
  encrypt: (plain, context) => tagged(plain, messageOf(context)),
  decrypt: (sealed, context) => untagged(sealed, messageOf(context)),
}

function messageOf({ cipher, key, nonce, associatedData }: AeadContext): Digest {
  const digest = new Digest(key.length, nonce.length, associatedData.length, cipher === 'aes-256-gcm' ? 0 : 1)
  digest.take(key)
  digest.take(nonce)
  digest.take(associatedData)
  return digest
}

/**
 * Trees, lists of chunks and directories of packs that go with described content: real bytes of the real length, named
 * and sealed without cryptography, of which a simulation sees only the time that it charges. Damaged data, or data
 * opened with another key or in another place, fail to open as usual.
 */
export const modelledMetadata: Fidelity = {
  ...bytesFidelity,
  get metadata() {
    return modelledMetadata
  },
  identify(content, keys, into, at) {
    const bytes = heldBytes(content)
    const [head, tail] = wordsOfKey(keys)
    const digest = new Digest(head[0]! ^ bytes.length, head[1]!, head[2]!, head[3]!)
    digest.take(bytes)
    for (let half = 0; half < 2; half++) digest.give(tail, into, at + 16 * half)
  },
  seal(plain, context) {
    return tagged(packed(heldBytes(plain), context), placeOf(context))
  },
  open(sealed, plainLength, context) {
    const bytes = heldBytes(sealed)
    return unpacked(untagged(bytes, placeOf(context)), bytes.length, plainLength)
  },
  sealing: modelledSealing,
}

/** Words of the key used for names: the first four, the last four. An engine uses one key for a long time. */
let idKey: Uint8Array | undefined
let idWords: readonly [Int32Array, Int32Array] = [new Int32Array(4), new Int32Array(4)]

function wordsOfKey({ id }: SubKeys): readonly [Int32Array, Int32Array] {
  if (idKey !== id) {
    idKey = id
    const words = new Int32Array(id.slice().buffer)
    idWords = [words.slice(0, 4), words.slice(4, 8)]
  }
  return idWords
}

const NOTHING_MORE = new Int32Array(4)

/** A digest of the place in which something is sealed, and of the key. */
function placeOf({ key, segment, associatedData, cipher, compression }: SealContext): Digest {
  const form = (cipher === 'aes-256-gcm' ? 0 : 1) + (compression === 'zstd' ? 0 : 2)
  const digest = new Digest(key.length, segment, associatedData.length, form)
  digest.take(key)
  digest.take(associatedData)
  return digest
}

function tagged(payload: Uint8Array, place: Digest): Uint8Array {
  const sealed = new Uint8Array(payload.length + TAG_BYTES)
  sealed.set(payload)
  writeTag(payload, place, sealed, payload.length)
  return sealed
}

/** @throws AuthenticationError */
function untagged(sealed: Uint8Array, place: Digest): Uint8Array {
  const length = sealed.length - TAG_BYTES
  if (length < 0) throw new AuthenticationError('the stored bytes are cut off')
  const payload = sealed.slice(0, length)
  const tag = new Uint8Array(TAG_BYTES)
  writeTag(payload, place, tag, 0)
  if (tag.every((byte, at) => byte === sealed[length + at])) return payload
  throw new AuthenticationError('the stored bytes are not those that were written: damaged, or not made with this key')
}

function writeTag(payload: Uint8Array, place: Digest, into: Uint8Array, at: number): void {
  place.take(payload)
  place.give(Int32Array.of(payload.length, 0, 0, 0), into, at)
}

/** Buffer in which bytes become words: viewing a small array as another type makes the runtime move it to memory of its own. */
const few = new Int32Array(2048)
const fewBytes = new Uint8Array(few.buffer)

/** 128 bits that distinguish contents, four words at a time. Not cryptography: nobody attacks a simulation from inside. */
class Digest {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    this.#d = d | 0
  }

  /** Adds bytes; an incomplete block of sixteen counts as followed by zeros, so the length must be added separately. */
  take(bytes: Uint8Array): void {
    const { length } = bytes
    if (length > fewBytes.length) {
      const whole = length - (length % fewBytes.length)
      this.#words(wordsIn(bytes, whole), whole >>> 2)
      this.take(bytes.subarray(whole))
      return
    }
    const end = (length + 15) & ~15
    fewBytes.set(bytes)
    fewBytes.fill(0, length, end)
    this.#words(few, end >>> 2)
  }

  #words(words: Int32Array, count: number): void {
    let a = this.#a
    let b = this.#b
    let c = this.#c
    let d = this.#d
    // Each word is multiplied into a state of its own, so that the processor can do four at once.
    for (let at = 0; at < count; at += 4) {
      const w = (Math.imul(a ^ words[at]!, 0x85ebca6b) + b) | 0
      const x = (Math.imul(b ^ words[at + 1]!, 0xc2b2ae35) + c) | 0
      const y = (Math.imul(c ^ words[at + 2]!, 0x27d4eb2f) + d) | 0
      const z = (Math.imul(d ^ words[at + 3]!, 0x165667b1) + a) | 0
      a = w ^ (w >>> 15)
      b = x ^ (x >>> 15)
      c = y ^ (y >>> 15)
      d = z ^ (z >>> 15)
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#d = d
  }

  /** Writes sixteen bytes, different ones each time. */
  give(key: Int32Array, into: Uint8Array, at: number): void {
    for (let round = 0; round < 2; round++) {
      this.#a = (mix32(this.#a ^ key[0]!) + this.#d) | 0
      this.#b = (mix32(this.#b ^ key[1]!) + this.#a) | 0
      this.#c = (mix32(this.#c ^ key[2]!) + this.#b) | 0
      this.#d = (mix32(this.#d ^ key[3]!) + this.#c) | 0
    }
    writeWord(into, at, this.#a)
    writeWord(into, at + 4, this.#b)
    writeWord(into, at + 8, this.#c)
    writeWord(into, at + 12, this.#d)
  }
}

/** The first bytes as little-endian words, in place if they are aligned. */
function wordsIn({ buffer, byteOffset }: Uint8Array, length: number): Int32Array {
  if ((byteOffset & 3) === 0) return new Int32Array(buffer, byteOffset, length >>> 2)
  return new Int32Array(buffer.slice(byteOffset, byteOffset + length))
}

function writeWord(into: Uint8Array, at: number, word: number): void {
  into[at] = word
  into[at + 1] = word >>> 8
  into[at + 2] = word >>> 16
  into[at + 3] = word >>> 24
}
