import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { datasetPresets } from '../../src/scenario/reference-data/datasets.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { DatasetSpecification } from '../../src/world/specification.ts'
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

describe('a dataset of a scenario', () => {
  const text = readFileSync(new URL('right.yaml', import.meta.url), 'utf8')
  const withDataset = (dataset: string): Scenario =>
    parseScenario(text.replace(/^ {2}documents:.*$/m, `  documents: { node: files, ${dataset} }`), 'preset.yaml')
  const documents = (scenario: Scenario): DatasetSpecification | undefined =>
    scenario.topologies[0]!.world.datasets.get('documents')

  it('takes from its preset what it does not say itself', () => {
    const found = documents(withDataset('preset: mail-store, size: 75 GB, growth: 5 %/year'))
    const { change_perDay, locality, duplicates, rhythm } = datasetPresets['mail-store']!
    expect(found).toMatchObject({ files: 1_000_000, change_perDay, locality, duplicates, rhythm, growth_perYear: 0.05 })
  })

  it('lists the figures of its preset among the assumptions', () => {
    const { assumptions } = withDataset('preset: vm-images, size: 5 TB')
    expect(assumptions.map(({ subject }) => subject)).toContain('datasets.documents.preset')
  })

  it('says which presets there are, and which is nearest', () => {
    expect(() => withDataset('preset: mail-stor, size: 1 TB')).toThrow(/did you mean 'mail-store'/)
  })

  it('needs a change, its own or that of a preset', () => {
    expect(() => withDataset('size: 1 TB, files: 5')).toThrow(/change is missing; expected a share such as 1 %\/day/)
  })

  it('writes no more of what is known than it writes', () => {
    expect(() => withDataset('size: 1 TB, files: 5, change: 1 %/day, duplicates: 80 %, rewritten: 50 %')).toThrow(
      /duplicates and rewritten are 130 % together/,
    )
  })
})
