/** CBOR (RFC 8949) as far as repositories use it: integers, floats, bytes, text, arrays, maps with keys of text, booleans. */
export type Cbor = number | bigint | string | boolean | Buffer | Cbor[] | CborMap
export interface CborMap {
  readonly [key: string]: Cbor
}

/** @throws Error for what is not one item and no more */
export function decodeCbor(bytes: Buffer): Cbor {
  const reader = new Reader(bytes)
  const value = reader.item()
  if (reader.at !== bytes.length) throw new Error('something follows')
  return value
}

class Reader {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  item(): Cbor {
    const head = this.#bytes.readUInt8(this.at++)
    const [major, short] = [head >> 5, head & 31]
    if (major === 7) return this.#simple(short)
    const argument = this.#argument(short)
    if (major === 0) return argument
    if (major === 1) return typeof argument === 'bigint' ? -1n - argument : -1 - argument
    const count = Number(argument)
    if (major === 2) return this.#take(count)
    if (major === 3) return this.#take(count).toString('utf8')
    if (major === 4) return Array.from({ length: count }, () => this.item())
    if (major !== 5) throw new Error('a tag is not used here')
    return Object.fromEntries(
      Array.from({ length: count }, (): [string, Cbor] => {
        const key = this.item()
        if (typeof key !== 'string') throw new Error('keys are text')
        return [key, this.item()]
      }),
    )
  }

  #argument(short: number): number | bigint {
    if (short < 24) return short
    if (short === 24) return this.#take(1).readUInt8()
    if (short === 25) return this.#take(2).readUInt16BE()
    if (short === 26) return this.#take(4).readUInt32BE()
    if (short !== 27) throw new Error('lengths are definite')
    const wide = this.#take(8).readBigUInt64BE()
    return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide
  }

  #simple(short: number): Cbor {
    if (short === 20 || short === 21) return short === 21
    if (short === 25) return half(this.#take(2).readUInt16BE())
    if (short === 26) return this.#take(4).readFloatBE()
    if (short === 27) return this.#take(8).readDoubleBE()
    throw new Error(`the simple value ${short} is not used here`)
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.at, this.at + length)
    if (taken.length !== length) throw new Error('cut off')
    this.at += length
    return taken
  }
}

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023]
  const size =
    exponent === 0
      ? mantissa * 2 ** -24
      : exponent === 31
        ? mantissa === 0
          ? Infinity
          : NaN
        : (1024 + mantissa) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -size : size
}
