import { describe, expect, it } from 'vitest'
import { buildOperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import type { OperatedWorld } from '../../../src/experiment/cell/operated-world.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { BACKUP, COPY, DAY_S, HOUR_S, MAIL, NOON, scenarioText } from './small-estate.ts'

/** What is stored, what the jobs did after an instant, and what was heard of it. */
function stateOf({ world, operations }: OperatedWorld, after_s: number): unknown {
  return {
    stores: [...world.stores.values()].map(({ objects, alive, generation }) => ({
      alive,
      generation,
      blobs: alive ? objects.names('').map((name) => objects.find(name)) : [],
    })),
    runs: operations.runs.filter(({ scheduled_s }) => scheduled_s >= after_s),
    alarms: operations.monitoring.alarms.filter(({ raised_s }) => raised_s >= after_s),
  }
}

const at = (day: number, hour: number): string => `2026-01-${String(5 + day).padStart(2, '0')}T${hour}:00:00Z`

describe('a world in which something is wrong', { timeout: 60_000 }, () => {
  const hazards = {
    fire: `{ kind: site, target: office, at: ${NOON} }`,
    cut: `{ kind: link-outage, target: wan, at: ${at(2, 20)}, duration: 20 h, flaps: 3, pause: 10 h }`,
    'nas-dies': `{ kind: disk, target: nas, at: ${at(4, 12)}, replacement: 30 h }`,
    'no-dump': `{ kind: silent-failure, target: bucket, at: ${at(6, 12)}, detection: 30 d }`,
    late: `{ kind: clock-skew, target: files, skew: { behind: 5 h }, at: ${at(3, 12)}, detection: 3 d }`,
    forged: `{ kind: retention-poisoning, target: nas, from: post, snapshots: 3, at: ${at(7, 12)} }`,
    bug: `{ kind: software-bug, target: bucket, at: ${at(8, 12)}, detection: 2 d }`,
  }
  const text = scenarioText({
    hazards,
    drills: ['fire'],
    background: Object.keys(hazards).slice(1),
    jobs: [BACKUP, MAIL, COPY],
    monitoring: 'monitoring: { missed-job: { grace: 4 h, delay: 9 h } }',
  })
  const scenario = parseScenario(text, 'branching.yaml')
  const cell = { scenario, strategy: scenario.strategies[0]!, topology: scenario.topologies[0]!, seed: '1' }

  // In the middle of an outage, of a replacement, of a silent failure, of an alarm's delay.
  for (const branch_s of [3 * DAY_S + 12 * HOUR_S, 5 * DAY_S + 12 * HOUR_S, 7 * DAY_S + 10 * HOUR_S, 9.6 * DAY_S]) {
    it(`goes on in a branch at ${branch_s / DAY_S} d as it would have`, async () => {
      const undisturbed = buildOperatedWorld(cell)
      await undisturbed.simulation.run(scenario.horizon_s)
      const origin = buildOperatedWorld(cell)
      await origin.simulation.run(branch_s)
      expect(origin.operations.idle).toBe(true)
      const branch = buildOperatedWorld(cell, { origin })
      await branch.simulation.run(scenario.horizon_s)
      expect(stateOf(branch, branch_s)).toEqual(stateOf(undisturbed, branch_s))
    })
  }
})
