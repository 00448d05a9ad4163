import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { HOUR_S, LAST_BACKUP_S, NOON, scenarioText } from '../world/hazards/small-estate.ts'

const MACHINE = `{ kind: node, target: files, at: ${NOON}, detection: 0 s }`
const TOGETHER = [
  '- backup: { name: one, dataset: documents, to: nas, type: snapshot, at: daily 01:00 }',
  '- backup: { name: two, dataset: mail, to: nas, type: snapshot, at: daily 01:00 }',
]

/** The small estate with documents and mail as two shards of one store of orders, which one service needs. */
async function drilled(hazard: string, jobs: readonly string[], group = 'group: orders, '): Promise<IncidentRow[]> {
  const text = scenarioText({ hazards: { drilled: hazard }, drills: ['drilled'], jobs })
    .replace('mail: { node: post,', `mail: { ${group}node: post,`)
    .replace('    node: files\n', `    node: files\n${group === '' ? '' : '    group: orders\n'}`)
    .replace('needs: [documents]', 'needs: [documents, mail]')
  const { incidents } = await run(parseScenario(text, 'shards.yaml'))
  return incidents.filter(({ service }) => service === 'share')
}

describe('a dataset in two shards on two machines', () => {
  it('goes back as a whole when one machine is lost: to the instant at which both were cut', async () => {
    const [share] = await drilled(MACHINE, TOGETHER)
    expect(share).toMatchObject({ outcome: 'recovered', verified: true, recoveryPoint_s: LAST_BACKUP_S })
    // Both shards: 200 MB and 100 MB
    expect(share?.restored_bytes).toBeGreaterThan(290e6)
  })

  it('would lose one shard only if they stood alone', async () => {
    const [share] = await drilled(MACHINE, TOGETHER, '')
    expect(share?.restored_bytes).toBeLessThan(210e6)
  })

  it('goes back to the newest cut that both have, not to the newest that each has', async () => {
    const [share] = await drilled(MACHINE, [
      ...TOGETHER,
      '- backup: { name: more, dataset: mail, to: nas, type: snapshot, at: daily 07:00 }',
    ])
    expect(share).toMatchObject({ outcome: 'recovered', recoveryPoint_s: LAST_BACKUP_S })
  })

  it('cannot go back where its shards were never cut together', async () => {
    const [share] = await drilled(MACHINE, [
      '- backup: { name: one, dataset: documents, to: nas, type: snapshot, at: daily 01:00 }',
      '- backup: { name: two, dataset: mail, to: nas, type: snapshot, at: daily 02:00 }',
    ])
    expect(share?.outcome).toBe('lost')
  })

  it('is backed up in parallel', async () => {
    const text = scenarioText({ hazards: { drilled: MACHINE }, drills: ['drilled'], jobs: TOGETHER })
    const { jobs } = await run(parseScenario(text, 'shards.yaml'))
    const starts = jobs.map(({ started_s }) => started_s)
    expect(starts[0]).toBe(starts[1])
    expect(starts[0]).toBe(HOUR_S)
  })
})
