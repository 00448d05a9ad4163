import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { CborWriter } from './cbor.ts'
import { RepositoryFormatError } from '../errors.ts'

/** Of snapshots and small index files. */
const VALUE_BYTES = 1024

/** Metadata is CBOR in its deterministic form (RFC 8949, section 4.2): equal values are equal bytes. Names of fields are ASCII. */
export function encodeValue(value: unknown): Uint8Array {
  const writer = new CborWriter(VALUE_BYTES)
  write(writer, value)
  return writer.take()
}

/** What there is much of. Fractions and the like a general encoder writes, which takes ten times as long. */
function write(writer: CborWriter, value: unknown): void {
  if (typeof value === 'string') writer.text(value)
  else if (typeof value === 'bigint') writer.integer(value)
  else if (Number.isSafeInteger(value) && Number(value) >= 0) writer.count(Number(value))
  else if (isBytes(value)) writer.bytes(value)
  else if (isArray(value)) {
    writer.array(value.length)
    for (const item of value) write(writer, item)
  } else if (isRecord(value)) {
    const names = Object.keys(value).sort(inOrderOfEncoding)
    writer.map(names.length)
    for (const name of names) {
      writer.text(name)
      write(writer, value[name])
    }
  } else writer.encoded(encode(value, rfc8949EncodeOptions))
}

/** A shorter text has a lower head. */
function inOrderOfEncoding(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}

/**
 * A value and the proof that it is of the shape that is expected.
 * @throws RepositoryFormatError
 */
export function decodeValue<T>(bytes: Uint8Array, what: string, isExpected: (value: unknown) => value is T): T {
  let value: unknown
  try {
    value = decode(bytes)
  } catch (cause) {
    throw new RepositoryFormatError(`${what} cannot be read: it is not what this program writes`, { cause })
  }
  if (!isExpected(value)) throw new RepositoryFormatError(`${what} does not hold what it should`)
  return value
}

/** A map of named values, what they are yet to be seen. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** An integer that a number holds exactly, or one of 64 bits. */
export function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value)
}

/** A number of bytes, files or the like. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** An address, id or tag: 64 hexadecimal digits. */
export function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

/** Made at once: a text put together digit by digit takes three times as long to be looked up, and leaves its parts behind. */
export function hexOf(bytes: Uint8Array): string {
  // A call takes no more arguments than there is room for on the stack.
  if (bytes.length > HEX_AT_ONCE_BYTES) {
    const middle = bytes.length >>> 1
    return hexOf(bytes.subarray(0, middle)) + hexOf(bytes.subarray(middle))
  }
  // Of an address, as nearly all are, in a list that serves again and again.
  const codes = bytes.length === ADDRESS_BYTES ? addressCodes : Array<number>(2 * bytes.length).fill(0)
  for (let at = 0; at < bytes.length; at++) {
    codes[2 * at] = DIGITS[bytes[at]! >>> 4]!
    codes[2 * at + 1] = DIGITS[bytes[at]! & 15]!
  }
  return String.fromCharCode(...codes)
}

export function bytesOfHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = (digit(text, 2 * at) << 4) | digit(text, 2 * at + 1)
  return bytes
}

/** Value of the hexadecimal digit at a position; of what is none, the lower bits. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  // '0' to '9' end in their value; 'a' to 'f' in one more than what 'a' adds to nine.
  return (code & 15) + (code > 57 ? 9 : 0)
}

const HEX_AT_ONCE_BYTES = 4096
const ADDRESS_BYTES = 32
const addressCodes = Array<number>(2 * ADDRESS_BYTES).fill(0)
const DIGITS = new TextEncoder().encode('0123456789abcdef')
