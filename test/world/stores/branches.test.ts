import { describe, expect, it } from 'vitest'
import { buildOperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import type { OperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { DAY_S, scenarioText } from '../hazards/small-estate.ts'

/** What everything stored is and what the jobs did, after an instant: to the microsecond, for sums of times differ in bits. */
function stateOf({ world, operations }: OperatedWorld, after_s: number): unknown {
  return {
    stores: [...world.stores.values()].map(({ objects }) =>
      objects.names('').map((name) => [name, objects.find(name)!.size, objects.find(name)!.created.toFixed(6)]),
    ),
    runs: operations.runs
      .filter((run) => run.scheduled_s >= after_s)
      .map(({ job, outcome, reason, started_s, ended_s }) => [
        job,
        outcome,
        reason,
        started_s?.toFixed(6),
        ended_s?.toFixed(6),
      ]),
  }
}

const vault = 'vault: { pickup: daily 06:00, transit: 1 h, recall: 2 h, rebuild: 48 h }'
const cluster =
  'kind: cluster, racks: 4, nodes: 2, disks: { count: 2, capacity: 1 TB, rate: 100 MB/s, ' +
  'lifetime: { exponential: { mean: 40 d } } }, scheme: { data: 2, parity: 2 }, repair: { replacement: 1 d }, scrub: 3 d'
const kinds: Readonly<Record<string, string>> = {
  'a tape library': 'kind: tape, generation: lto-9, drives: 2, cartridges: 10, pools: dataset',
  'a tape library with a vault': `kind: tape, generation: lto-9, drives: 1, cartridges: 40, expiry: 3 d, ${vault}`,
  'a cluster whose disks fail': cluster,
  'a bucket with an archive and versions':
    'kind: object, class: s3-standard, lifecycle: [{ after: 2 d, class: s3-glacier-flexible }], retrieval: expedited, keep-deleted: 3 d',
  'a bucket with few requests': 'kind: object, requests: { put: 2/s, get: 3/s }',
  'a NAS on RAID':
    'kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB, raid: { disks: 4, parity: 1, disk: 1 TB, rebuild: 50 MB/s }',
}

describe('a world that branches off another goes on exactly as the other would have', () => {
  it.each(Object.keys(kinds))('with %s', async (kind) => {
    const text = scenarioText({
      hazards: { fire: '{ kind: site, target: office, rate: 0.01/year }' },
      drills: ['fire'],
      jobs: [
        '- backup: { dataset: documents, to: nas, type: snapshot, at: daily 01:00, keep: { dialect: restic, daily: 3 } }',
        '- backup: { name: mail-backup, dataset: mail, to: nas, type: incremental, at: daily 01:00 }',
        '- copy: { from: nas, to: bucket, at: daily 12:00 }',
      ],
    }).replace(/nas: \{ site.*/, `nas: { site: office, ${kinds[kind]!} }`)
    const scenario = parseScenario(text, 'branches.yaml')
    const [topology] = scenario.topologies
    const [strategy] = scenario.strategies
    const cell = { scenario, strategy: strategy!, topology: topology!, seed: '1' }
    const undisturbed = buildOperatedWorld(cell)
    await undisturbed.simulation.run(scenario.horizon_s)
    const origin = buildOperatedWorld(cell)
    for (const branch_s of [4.9 * DAY_S, 8.3 * DAY_S]) {
      await origin.simulation.run(branch_s)
      expect(origin.operations.idle).toBe(true)
      const branch = buildOperatedWorld(cell, { origin })
      await branch.simulation.run(scenario.horizon_s)
      expect(stateOf(branch, branch_s)).toEqual(stateOf(undisturbed, branch_s))
    }
    expect(undisturbed.operations.runs.some(({ outcome }) => outcome === 'succeeded')).toBe(true)
  })
})
