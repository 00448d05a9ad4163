import { describe, expect, it } from 'vitest'
import { runEstate } from '../../../bench/estate.ts'

/**
 * Large datasets are simulated in blocks as large as what is written in one place, which changes nothing but that the last place
 * of a write interval is written in part and stored whole.
 */
describe('eight weeks of a described dataset in blocks of two sizes', () => {
  // Six times a day 208 MB are written, in places of 33.6 MB: 6.21 places, of which blocks of that size store 7.
  const estate = { size_bytes: 2.5e11, files: 1e6, days: 56, change_perDay: 0.005, ticks_perDay: 6, inBlocks: true }
  const PLACE_BYTES = 2 ** 25

  it('makes new bytes of whole blocks, and is the same otherwise', async () => {
    const small = await runEstate({ ...estate, chunk_bytes: PLACE_BYTES / 4, chunks_perPack: 256 })
    const large = await runEstate({ ...estate, chunk_bytes: PLACE_BYTES, chunks_perPack: 64 })
    const ratioOf = (what: 'first_bytes' | 'later_bytes' | 'stored_bytes' | 'objects'): number =>
      large[what] / small[what]
    expect(ratioOf('first_bytes')).toBeCloseTo(1, 5)
    expect(ratioOf('later_bytes')).toBeGreaterThan(1)
    expect(ratioOf('later_bytes')).toBeLessThan(7 / 6.21)
    expect(Math.abs(ratioOf('stored_bytes') - 1)).toBeLessThan(0.025)
    expect(Math.abs(ratioOf('objects') - 1)).toBeLessThan(0.01)
  })
})
