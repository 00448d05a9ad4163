/**
 * Mixes 32-bit integers, exactly the same on every machine. Not cryptography: nobody attacks a simulation from inside.
 * The finaliser is "lowbias32", from Christopher Wellons' search for small bias.
 */
export function mix32(word: number): number {
  let x = word
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return x ^ (x >>> 15)
}

const TWO_32 = 4_294_967_296

/** The part of a non-negative integer below 2⁵³ that `| 0` loses. */
export function highWord(integer: number): number {
  return Math.floor(integer / TWO_32)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Code of each letter, and those of one text, in a list that serves for all. */
const CODES = Array.from(ALPHABET, (letter) => letter.charCodeAt(0))
const textCodes = Array<number>(16).fill(0)

/** Combines words into a fingerprint of 96 bits: here, things with the same fingerprint count as the same. */
export class Fingerprint {
  #a = 0x243f6a88
  #b = 0x85a308d3
  #c = 0x13198a2e

  word(word: number): this {
    const a = Math.imul(this.#a ^ word, 0x85ebca6b)
    const b = Math.imul(this.#b + word, 0xc2b2ae35) ^ (a >>> 13)
    const c = Math.imul(this.#c ^ (word << 16) ^ (word >>> 16), 0x27d4eb2f) + b
    this.#a = a ^ (c >>> 15)
    this.#b = b + (a << 7)
    this.#c = c ^ (b >>> 11)
    return this
  }

  /** An integer of up to 53 bits. */
  integer(integer: number): this {
    return this.word(integer | 0).word(highWord(integer))
  }

  /** The first `count` of these, faster than one by one. */
  integers(integers: Float64Array, count: number): this {
    let a = this.#a
    let b = this.#b
    let c = this.#c
    for (let at = 0; at < count; at++) {
      const integer = integers[at]!
      for (let word = integer | 0, half = 0; half < 2; word = highWord(integer), half++) {
        const nextA = Math.imul(a ^ word, 0x85ebca6b)
        const nextB = Math.imul(b + word, 0xc2b2ae35) ^ (nextA >>> 13)
        const nextC = Math.imul(c ^ (word << 16) ^ (word >>> 16), 0x27d4eb2f) + nextB
        a = nextA ^ (nextC >>> 15)
        b = nextB + (nextA << 7)
        c = nextC ^ (nextB >>> 11)
      }
    }
    this.#a = a
    this.#b = b
    this.#c = c
    return this
  }

  bigint(value: bigint): this {
    return this.word(Number(BigInt.asIntN(32, value))).word(Number(BigInt.asIntN(32, value >> 32n)))
  }

  text(text: string): this {
    this.word(text.length)
    for (let at = 0; at < text.length; at++) this.word(text.charCodeAt(at))
    return this
  }

  /** A fingerprint as text: 16 characters, none beyond ASCII. */
  token(text: string): this {
    for (let at = 0; at < 16; at += 4) {
      this.word(
        text.charCodeAt(at) |
          (text.charCodeAt(at + 1) << 8) |
          (text.charCodeAt(at + 2) << 16) |
          (text.charCodeAt(at + 3) << 24),
      )
    }
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.word(bytes.length)
    const whole = bytes.length & ~3
    for (let at = 0; at < whole; at += 4) {
      this.word(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    }
    for (let at = whole; at < bytes.length; at++) this.word(bytes[at]!)
    return this
  }

  /** 52 bits of the fingerprint. */
  get number(): number {
    const { a, b } = this.#finished()
    return (a >>> 0) * 1_048_576 + (b >>> 12)
  }

  /** The whole fingerprint, in 16 characters. */
  toString(): string {
    const { a, b, c } = this.#finished()
    for (let k = 0; k < 5; k++) {
      textCodes[k] = CODES[(a >>> (6 * k)) & 63]!
      textCodes[5 + k] = CODES[(b >>> (6 * k)) & 63]!
      textCodes[10 + k] = CODES[(c >>> (6 * k)) & 63]!
    }
    textCodes[15] = CODES[((a >>> 30) | ((b >>> 30) << 2) | ((c >>> 30) << 4)) & 63]!
    // Made at once: a text put together letter by letter has to be written out before it can be compared.
    return String.fromCharCode(...textCodes)
  }

  #finished(): { a: number; b: number; c: number } {
    const a = mix32(this.#a ^ this.#c)
    const b = mix32(this.#b + a)
    return { a, b, c: mix32(this.#c ^ b) }
  }
}
