import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { CborWriter } from './cbor.ts'
import { RepositoryFormatError } from '../errors.ts'

/** Serves for all: nothing is encoded while something else is. */
let valueWriter = new CborWriter()
/** A larger index file is no reason to hold as much memory from then on. */
const KEPT_BYTES = 64 * 1024

/** Metadata is CBOR in its deterministic form (RFC 8949, section 4.2): equal values are equal bytes. Field names are ASCII. */
export function encodeValue(value: unknown): Uint8Array {
  // Of what could not be encoded nothing is left.
  valueWriter.clear()
  write(valueWriter, value)
  const bytes = valueWriter.take()
  if (bytes.length > KEPT_BYTES) valueWriter = new CborWriter()
  return bytes
}

/**
 * Writes the common kinds of values. The rest, such as fractions, is left to a general encoder, which takes ten times
 * as long.
 */
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

/** Shorter texts have lower heads. */
function inOrderOfEncoding(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}

/**
 * Decodes a value and checks its shape.
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

/** A map of named values of unknown types. */
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

/**
 * Built in one step: a text concatenated digit by digit takes three times as long to look up, and leaves its parts as
 * garbage.
 */
export function hexOf(bytes: Uint8Array): string {
  // A call takes a limited number of arguments, by the size of the stack.
  if (bytes.length > HEX_AT_ONCE_BYTES) {
    const middle = bytes.length >>> 1
    return hexOf(bytes.subarray(0, middle)) + hexOf(bytes.subarray(middle))
  }
  // Nearly all are addresses, for which one list is reused.
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

/** Value of the hexadecimal digit at a position; for other characters, their lower bits. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  // The lower four bits of '0' to '9' are the value; those of 'a' to 'f' are the value minus nine.
  return (code & 15) + (code > 57 ? 9 : 0)
}

const HEX_AT_ONCE_BYTES = 4096
const ADDRESS_BYTES = 32
const addressCodes = Array<number>(2 * ADDRESS_BYTES).fill(0)
const DIGITS = new TextEncoder().encode('0123456789abcdef')
