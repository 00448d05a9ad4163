import { describe, expect, it } from 'vitest'
import type { Results } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { NOON, scenarioText } from '../hazards/small-estate.ts'

const CLUSTER =
  'kind: cluster, racks: 4, nodes: 2, scheme: { data: 2, parity: 1 }, spread: rack, repair: { after: 1 d }, ' +
  'disks: { count: 2, capacity: 1 TB, rate: 100 MB/s }'
const dead = `{ kind: node, target: files, at: ${NOON} }`
const DOMAINS = 'domains:\n    row: { kind: rack, members: [nas/rack-1, nas/rack-2] }'

/** The small estate with a cluster for its NAS, whose parts fail before the machine does. */
async function drilled(background: Readonly<Record<string, string>>, cluster = CLUSTER): Promise<Results> {
  const hazards = { ...background, dead }
  const text = scenarioText({ hazards, drills: ['dead'], background: Object.keys(background) })
    .replace(/nas: \{ site.*/, `nas: { site: office, ${cluster} }`)
    .replace('domains:', DOMAINS)
    .replace(/- copy.*/, '')
  return run(parseScenario(text, 'parts.yaml'))
}

describe('parts of a cluster', { timeout: 60_000 }, () => {
  it('a rack that is lost leaves everything readable, at more cost', async () => {
    const rack = { rack: '{ kind: node, target: nas/rack-1, at: 2026-01-12T11:00:00Z }' }
    const { incidents } = await drilled(rack)
    expect(incidents[0]).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
  })

  it('two racks that are lost at once take what had shards in both', async () => {
    const row = { row: '{ kind: node, target: row, at: 2026-01-12T11:00:00Z }' }
    const { incidents } = await drilled(row)
    expect(incidents[0]).toMatchObject({ outcome: 'lost', verified: false })
  })

  it('two racks without power are waited for, and have lost nothing', async () => {
    const row = { row: '{ kind: rack, target: row, response: 0 s, repair: 12 h, at: 2026-01-12T11:00:00Z }' }
    const { incidents, jobs } = await drilled(row)
    expect(jobs.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(incidents[0]).toMatchObject({ outcome: 'recovered', store: 'nas', verified: true })
    expect(incidents[0]!.rto_s).toBeGreaterThan(11 * 3600)
  })

  it('that are not there are refused', () => {
    const text = scenarioText({
      hazards: { dead, off: `{ kind: rack, target: nas/rack-5, at: ${NOON} }` },
      drills: ['dead'],
    })
    const written = text.replace(/nas: \{ site.*/, `nas: { site: office, ${CLUSTER} }`)
    expect(() => parseScenario(written, 'parts.yaml')).toThrow(/off\.target.*'nas\/rack-5' is not the name of a domain/)
  })
})
