import { RepositoryFormatError } from '../errors.ts'

/**
 * The part of CBOR that trees are made of, encoded and decoded without intermediate objects: apart from content, trees
 * are most of what is read and written, and a general encoder takes ten times as long. Deterministic, by RFC 8949,
 * section 4.2.1.
 */

const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
const TRUE = 0xf5

const WORD = 2 ** 32
/** Nothing that is read here is nested more deeply. */
const DEPTH_AT_MOST = 16

/** Writes items one after another into memory that grows. */
export class CborWriter {
  #bytes: Uint8Array
  #view: DataView
  #at = 0

  constructor(length = 64 * 1024) {
    this.#bytes = new Uint8Array(length)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Returns what has been written, and starts over. */
  take(): Uint8Array {
    return this.takeInPlace().slice()
  }

  /** The same without copying: valid until the next item is written. */
  takeInPlace(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at)
    this.#at = 0
    return taken
  }

  /** Begins anew. */
  clear(): void {
    this.#at = 0
  }

  array(length: number): void {
    this.#head(ARRAY, length)
  }

  map(pairs: number): void {
    this.#head(MAP, pairs)
  }

  /** A key of one ASCII letter. */
  key(letter: string): void {
    this.#room(2)
    this.#bytes[this.#at++] = (TEXT << 5) | 1
    this.#bytes[this.#at++] = letter.charCodeAt(0)
  }

  true(): void {
    this.#room(1)
    this.#bytes[this.#at++] = TRUE
  }

  /** A non-negative integer that a number holds exactly. */
  count(value: number): void {
    this.#head(UNSIGNED, value)
  }

  /** A whole number of 64 bits. */
  integer(value: bigint): void {
    const major = value < 0n ? NEGATIVE : UNSIGNED
    const size = value < 0n ? -1n - value : value
    if (size <= BigInt(Number.MAX_SAFE_INTEGER)) {
      this.#head(major, Number(size))
      return
    }
    this.#room(9)
    this.#bytes[this.#at] = (major << 5) | 27
    this.#view.setBigUint64(this.#at + 1, size)
    this.#at += 9
  }

  bytes(value: Uint8Array): void {
    this.#head(BYTES, value.length)
    this.encoded(value)
  }

  /** An item that is already encoded. */
  encoded(item: Uint8Array): void {
    this.#room(item.length)
    this.#bytes.set(item, this.#at)
    this.#at += item.length
  }

  /** Bytes that are held as text, one character a byte. */
  latin1(value: string): void {
    this.#head(BYTES, value.length)
    this.#room(value.length)
    for (let at = 0; at < value.length; at++) this.#bytes[this.#at++] = value.charCodeAt(at)
  }

  text(value: string): void {
    const before = this.#at
    this.#head(TEXT, value.length)
    this.#room(value.length)
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at)
      if (code >= 0x80) {
        this.#at = before
        this.#unicode(value)
        return
      }
      this.#bytes[this.#at++] = code
    }
  }

  #unicode(value: string): void {
    const encoded = new TextEncoder().encode(value)
    this.#head(TEXT, encoded.length)
    this.#room(encoded.length)
    this.#bytes.set(encoded, this.#at)
    this.#at += encoded.length
  }

  #head(major: number, value: number): void {
    this.#room(9)
    const bytes = this.#bytes
    const type = major << 5
    if (value < 24) bytes[this.#at++] = type | value
    else if (value < 0x100) {
      bytes[this.#at++] = type | 24
      bytes[this.#at++] = value
    } else if (value < 0x1_0000) {
      bytes[this.#at] = type | 25
      this.#view.setUint16(this.#at + 1, value)
      this.#at += 3
    } else if (value < WORD) {
      bytes[this.#at] = type | 26
      this.#view.setUint32(this.#at + 1, value)
      this.#at += 5
    } else {
      bytes[this.#at] = type | 27
      this.#view.setUint32(this.#at + 1, Math.floor(value / WORD))
      this.#view.setUint32(this.#at + 5, value % WORD)
      this.#at += 9
    }
  }

  #room(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + length))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/**
 * Reads items one after another. Each method throws a RepositoryFormatError when the next item is missing or of another
 * kind.
 */
export class CborReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #latin1: (start: number, end: number) => string
  readonly #what: string
  #at = 0

  /** @param what the subject of messages */
  constructor(bytes: Uint8Array, what: string) {
    // Slices of a Buffer would be Buffers.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#latin1 = latin1Of(bytes)
    this.#what = what
  }

  /** Requires that nothing is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) this.#unreadable()
  }

  array(): number {
    return this.#length(ARRAY)
  }

  map(): number {
    return this.#length(MAP)
  }

  /** A key that is one ASCII character; empty for any other text. */
  key(): string {
    const length = this.#length(TEXT)
    const start = this.#advance(length)
    return length === 1 ? String.fromCharCode(this.#bytes[start]!) : ''
  }

  count(): number {
    const value = this.#length(UNSIGNED)
    return Number.isSafeInteger(value) ? value : this.unexpected()
  }

  integer(): bigint {
    const start = this.#at
    const major = (this.#bytes[start] ?? 0) >> 5
    if (major !== UNSIGNED && major !== NEGATIVE) this.unexpected()
    const short = this.#length(major)
    const size = short < WORD ? BigInt(short) : this.#view.getBigUint64(start + 1)
    return major === UNSIGNED ? size : -1n - size
  }

  /** The result shares the memory of the input. */
  bytes(): Uint8Array {
    const length = this.#length(BYTES)
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Bytes as text, one character a byte. */
  latin1(): string {
    const length = this.#length(BYTES)
    const start = this.#advance(length)
    return this.#latin1(start, start + length)
  }

  text(): string {
    const length = this.#length(TEXT)
    const start = this.#advance(length)
    for (let at = start; at < start + length; at++)
      if (this.#bytes[at]! >= 0x80) return new TextDecoder().decode(this.#bytes.subarray(start, start + length))
    return this.#latin1(start, start + length)
  }

  boolean(): boolean {
    const byte = this.#bytes[this.#advance(1)]!
    if (byte !== TRUE && byte !== TRUE - 1) this.unexpected()
    return byte === TRUE
  }

  /** Skips an item of any kind. */
  skip(depth = 0): void {
    const major = (this.#bytes[this.#at] ?? 0) >> 5
    if (depth > DEPTH_AT_MOST) this.unexpected()
    const value = this.#length(major)
    if (major === BYTES || major === TEXT) this.#advance(value)
    const items = major === ARRAY ? value : major === MAP ? 2 * value : major === TAG ? 1 : 0
    for (let item = 0; item < items; item++) this.skip(depth + 1)
  }

  /** Reports valid CBOR that is not what is expected here. */
  unexpected(): never {
    throw new RepositoryFormatError(`${this.#what} does not hold what it should`)
  }

  /** The head of an item: a length, or the value itself. */
  #length(major: number): number {
    const at = this.#advance(1)
    const first = this.#bytes[at]!
    if (first >> 5 !== major) this.unexpected()
    const short = first & 31
    if (short < 24) return short
    if (short > 27) this.#unreadable()
    const width = 1 << (short - 24)
    this.#advance(width)
    if (width === 1) return this.#bytes[at + 1]!
    if (width === 2) return this.#view.getUint16(at + 1)
    if (width === 4) return this.#view.getUint32(at + 1)
    return this.#view.getUint32(at + 1) * WORD + this.#view.getUint32(at + 5)
  }

  #advance(length: number): number {
    const start = this.#at
    if (length > this.#bytes.length - start) this.#unreadable()
    this.#at = start + length
    return start
  }

  #unreadable(): never {
    throw new RepositoryFormatError(`${this.#what} cannot be read: it is not what this program writes`)
  }
}

function latin1Of(bytes: Uint8Array): (start: number, end: number) => string {
  if (typeof Buffer === 'undefined') return (start, end) => String.fromCharCode(...bytes.subarray(start, end))
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return (start, end) => buffer.toString('latin1', start, end)
}
