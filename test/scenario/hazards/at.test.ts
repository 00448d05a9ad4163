import { describe, expect, it } from 'vitest'
import { naturalStrikes } from '../../../src/experiment/cell/background.ts'
import { hazards } from '../../../src/scenario/hazards/index.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { NOON, NOON_S, scenarioText } from '../../world/hazards/small-estate.ts'

/** Of every kind one, with what it needs to be said. */
const WRITTEN: Readonly<Record<string, string>> = {
  'account-loss': 'target: account',
  'bit-rot': 'target: nas, count: 1',
  burst: 'of: [site]',
  'catalogue-loss': 'target: nas',
  'clock-skew': 'target: files, skew: { ahead: 1 h }, detection: 1 d',
  'credential-compromise': 'target: nas, from: post',
  deletion: 'target: documents, share: 10 %, detection: 1 h',
  disk: 'target: files',
  'key-loss': 'target: nas',
  'link-degradation': 'target: wan, share: 10 %, duration: 1 h',
  'link-outage': 'target: wan, duration: 1 h',
  'monitoring-failure': 'target: office, detection: 1 d',
  'node-crash': 'target: files',
  node: 'target: files',
  power: 'target: feed-b',
  rack: 'target: rack-1',
  ransomware: 'target: office, credentials: []',
  region: 'target: north, duration: 1 h',
  'restore-failure': 'target: nas, share: 50 %, detection: 1 d',
  'retention-poisoning': 'target: nas, from: post, snapshots: 1',
  'retention-runs-on': 'target: nas, detection: 1 d',
  'silent-failure': 'target: nas, detection: 1 d',
  site: 'target: office',
  'software-bug': 'target: nas, detection: 1 d',
}

describe('every kind of hazard', () => {
  const kinds = hazards.valueType.options.map(({ shape }) => shape.kind.value).sort()

  it('is among those tried here', () => {
    expect(Object.keys(WRITTEN).sort()).toEqual(kinds)
  })

  it('strikes at the instant that at: says, once, whatever its rate', () => {
    const named = Object.entries(WRITTEN).flatMap(([kind, text]) => [
      [kind, `{ kind: ${kind}, ${text}, at: ${NOON} }`],
      [`${kind}-rated`, `{ kind: ${kind}, ${text}, rate: 100/year, at: ${NOON} }`],
    ])
    const text = scenarioText({ hazards: Object.fromEntries(named), drills: ['site'] })
    const { world } = parseScenario(text, 'at.yaml').topologies[0]!
    expect(world.hazards.size).toBe(2 * kinds.length)
    for (const hazard of world.hazards.values()) {
      expect(hazard.at_s, hazard.name).toBe(NOON_S)
      expect([...naturalStrikes(hazard, 'seed', 1e9).occurrences], hazard.name).toEqual([NOON_S])
    }
  })
})
