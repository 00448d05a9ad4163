import { describe, expect, it } from 'vitest'
import { datasetPresets } from '../../src/scenario/reference-data/datasets.ts'
import { meanFileSize } from '../../src/adapters/virtual/index.ts'

describe('kinds of data', () => {
  it.each(Object.entries(datasetPresets))('%s has files of the mean size that it states', (_name, preset) => {
    expect(meanFileSize(preset.sizes) / preset.meanFile_bytes).toBeCloseTo(1, 9)
  })

  it.each(Object.entries(datasetPresets))('%s writes no more copies than it writes', (_name, preset) => {
    expect(preset.duplicates + preset.rewritten).toBeLessThan(1)
    expect(preset.compressibility).toBeGreaterThanOrEqual(1)
  })
})
