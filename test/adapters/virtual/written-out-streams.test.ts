import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { extentStream, materialiseStream } from '../../../src/adapters/virtual/index.ts'

/** A real codec must find in written-out data what the description says of it. */
describe('the bytes of a stream', () => {
  const MEBIBYTE = 1_048_576
  for (const wanted of [1, 1.25, 1.6, 2, 2.5, 3, 4, 5, 8])
    it(`compress to 1/${wanted} by zstd, within 5 % over a mebibyte`, () => {
      const bytes = materialiseStream(extentStream('documents', wanted), 777, MEBIBYTE)
      const reached = MEBIBYTE / zstdCompressSync(bytes).length
      expect(reached).toBeGreaterThan(wanted * 0.95)
      expect(reached).toBeLessThan(wanted * 1.05)
    })
})
