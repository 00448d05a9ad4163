import { describe, expect, it } from 'vitest'
import { IMPRESSIONS, fileSizes, meanFileSize } from '../../../../src/adapters/virtual/index.ts'
import { randomStream } from '../../../../src/kernel/index.ts'

describe('sizes of files', () => {
  const LAW = { median_bytes: 1e4, sigma: 1.5 }
  const quantile = (sizes: readonly number[], q: number): number =>
    sizes.toSorted((a, b) => a - b)[Math.floor(q * sizes.length)]!

  it('sum exactly to what the dataset holds', () => {
    const sizes = fileSizes(LAW, 1000, 1, 1e12 + 7, randomStream(['sum']))
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(1e12 + 7)
  })

  it('are lognormal: quartiles lie 0.6745 standard deviations of the logarithm apart', () => {
    const sizes = fileSizes(LAW, 20_000, 1, 20_000 * meanFileSize(LAW), randomStream(['quartiles']))
    expect(Math.log(quantile(sizes, 0.75) / quantile(sizes, 0.5)) / (0.6745 * LAW.sigma)).toBeCloseTo(1, 1)
    expect(Math.log(quantile(sizes, 0.5) / quantile(sizes, 0.25)) / (0.6745 * LAW.sigma)).toBeCloseTo(1, 1)
  })

  it('have the tail of the study: 6 files in 100,000 of 512 MiB and more hold much of the bytes', () => {
    const count = 200_000
    const sizes = fileSizes(IMPRESSIONS, count, 1, count * meanFileSize(IMPRESSIONS), randomStream(['tail']))
    const large = sizes.filter((size) => size > 4e8)
    expect(large.length).toBeGreaterThan(4)
    expect(large.length).toBeLessThan(40)
    expect(large.reduce((a, b) => a + b, 0) / (count * meanFileSize(IMPRESSIONS))).toBeGreaterThan(0.1)
  })

  it('vary less for groups: the sum of n has a coefficient of variation smaller by √n', () => {
    const variation = (filesPerNode: number): number => {
      const sizes = fileSizes(LAW, 20_000, filesPerNode, 1e12, randomStream(['groups', filesPerNode]))
      const mean = 1e12 / sizes.length
      return Math.sqrt(sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length) / mean
    }
    // v² = exp(σ²) − 1 = 8.49 for one file.
    expect(variation(100) / Math.sqrt(8.49 / 100)).toBeCloseTo(1, 1)
    expect(variation(10_000) / Math.sqrt(8.49 / 10_000)).toBeCloseTo(1, 1)
  })
})
