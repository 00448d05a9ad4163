import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { fastScan } from '../../../../src/adapters/real/gear-scan/gear-scan.ts'
import { GEAR_SCAN } from '../../../../src/adapters/real/gear-scan/gear-scan-program.ts'
import { GearCutter } from '../../../../src/engine/bytes/gear-cutter.ts'
import { gearTables, plainScan } from '../../../../src/engine/bytes/gear-tables.ts'
import { gearScanProgram } from '../../../../tools/build-gear-scan.ts'
import { noise } from '../../../engine/workbench.ts'

const anyBytes = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(200_000)).map(([seed, length]) => noise(seed, length)),
  fc.tuple(fc.nat(255), fc.nat(80_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 5000 }).map((numbers) => Uint8Array.from(numbers)),
)

describe('the search by vector instructions', () => {
  test.prop([anyBytes, fc.nat(), fc.integer({ min: 0, max: 40 }), fc.nat(9), fc.nat(9)], { numRuns: 200 })(
    'finds what plain JavaScript finds, from wherever and with whatever masks',
    (bytes, seed, before, gearBits, mixBits) => {
      const tables = gearTables(noise(seed, 32))
      const gearMask = ((1 << gearBits) - 1) << (16 - gearBits)
      const [plain, fast] = [plainScan(tables, gearMask), fastScan(tables, gearMask)]
      const start = 32 + before
      for (const limit of [start, start + 1, start + 17, bytes.length])
        if (start <= limit && limit <= bytes.length)
          expect(fast(bytes, start, limit, 2 ** mixBits - 1)).toBe(plain(bytes, start, limit, 2 ** mixBits - 1))
    },
  )

  test.prop([anyBytes, fc.nat(), fc.integer({ min: 6, max: 14 })], { numRuns: 50 })(
    'cuts files as plain JavaScript does',
    (bytes, seed, bits) => {
      const parameters = { min: 2 ** bits / 2, avg: 2 ** bits, max: 4 * 2 ** bits, normalisation: 2 }
      const keys = { chunker: noise(seed, 32) }
      const [plain, fast] = [new GearCutter(parameters, keys), new GearCutter(parameters, keys, fastScan)]
      expect(fast.cut(bytes, true)).toEqual(plain.cut(bytes, true))
    },
  )

  it('is the program that its source says', async () => {
    expect(GEAR_SCAN).toBe(await gearScanProgram())
  })
})
