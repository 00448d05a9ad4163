import { describe, expect, it } from 'vitest'
import { NoSpaceError, extentStream, freshContent } from '../../src/adapters/virtual/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { World } from '../../src/world/index.ts'
import type { DatasetSpecification } from '../../src/world/specification.ts'
import { START, node, smallWorld } from './small-world.ts'
import { scenarioText } from './hazards/small-estate.ts'

const WEEK_S = 7 * 86_400
const MB = 1e6

/** 100 MB that double in a year, on a disk without end. */
const documents: DatasetSpecification = {
  name: 'documents',
  node: 'files',
  fidelity: 'extents',
  size_bytes: 100 * MB,
  files: 10,
  change_perDay: 0,
  locality: 'uniform',
  growth_perYear: 1,
  compressibility: 1,
  writeInterval_s: WEEK_S,
}

async function afterAYear(dataset: DatasetSpecification): Promise<World> {
  const world = smallWorld({ nodes: [node('files', 'office')], stores: [], links: [], datasets: [dataset] })
  await world.simulation.run(52 * WEEK_S + 1)
  return world
}

describe('a dataset with a quota of 120 MB', () => {
  it('is written to until that is used up, as on a full disk', async () => {
    const { files } = (await afterAYear({ ...documents, quota_bytes: 120 * MB })).dataset('documents')
    // A week adds 1.3 %, some 1.6 MB: the first that does not fit is not written.
    expect(files.bytes).toBeLessThanOrEqual(120 * MB)
    expect(files.bytes).toBeGreaterThan(118 * MB)
    const more = freshContent('extents', extentStream('more', 1), 0, 3 * MB)
    expect(() => files.writeFile('more', more, START + 53 * WEEK_S)).toThrow(NoSpaceError)
  })

  it('would have grown to 200 MB without', async () => {
    expect((await afterAYear(documents)).dataset('documents').files.bytes / MB).toBeCloseTo(199.4, 0)
  })
})

describe('a quota in a scenario', () => {
  const warningsWith = (quota: string): readonly string[] => {
    const text = scenarioText({ hazards: { fire: '{ kind: site, target: office, rate: 1/year }' }, drills: ['fire'] })
    return parseScenario(
      text.replace('    size: 200 MB', `    size: 200 MB\n    growth: 100 %/year\n    ${quota}`),
      'q.yaml',
    ).warnings
  }

  it('is told of when growth uses it up: 2 % take ten and a half days at a doubling a year', () => {
    expect(warningsWith('quota: 204 MB')).toContain(
      'documents grows beyond its quota of 204 MB about 2026-01-16; from then on applications cannot write to it',
    )
    expect(warningsWith('quota: 300 MB').join(' ')).not.toContain('quota')
  })
})
