import { test, fc } from '@fast-check/vitest'
import { encode, rfc8949EncodeOptions } from 'cborg'
import { describe, expect } from 'vitest'
import { encodeValue } from '../../../src/engine/encoding/encoding.ts'

const name = fc.string({ unit: fc.constantFrom('a', 'b', 'z', 'A', '_', '0'), maxLength: 30 })
const whole = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53)),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    whole,
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(name, tie('value'), { maxKeys: 30, noNullPrototype: true }),
  ),
}))

describe('values in CBOR', () => {
  test.prop([value])('are encoded as a general encoder does it by RFC 8949', (given) => {
    expect(encodeValue(given)).toEqual(new Uint8Array(encode(given, rfc8949EncodeOptions)))
  })
})
