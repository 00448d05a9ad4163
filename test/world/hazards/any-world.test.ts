import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { randomWorld } from './random-world.ts'

/** More by the environment: FIREDRILL_WORLDS=5000; FIREDRILL_FIRST_WORLD says with which to begin. */
const WORLDS = Number(process.env['FIREDRILL_WORLDS'] ?? 40)
const FIRST = Number(process.env['FIREDRILL_FIRST_WORLD'] ?? 0)

/** What is wrong with an incident's row; nothing, as a rule. */
function* contradictions(row: IncidentRow): Generator<string> {
  const { outcome, verified, recoveryPoint_s, onset_s, detected_s, rpo_s, rto_s, phases_s, reason } = row
  const times = Object.entries(phases_s)
  for (const [phase, seconds] of times) if (!(seconds >= 0 && seconds < Infinity)) yield `${phase} took ${seconds} s`
  if (!(detected_s >= onset_s)) yield 'detected before the onset'
  if (!(row.lost_bytes >= 0 && row.restored_bytes >= 0)) yield 'negative bytes'
  if (outcome === 'lost') {
    if (verified || row.restored_bytes > 0 || rpo_s !== undefined || reason === '')
      yield 'lost, and something came back'
    return
  }
  // The comparison with the history is made where data is restored, and a difference stops the run.
  if (!verified) yield 'came back without having been compared with the history'
  if (outcome === 'degraded' && reason === '') yield 'degraded for no reason'
  if (recoveryPoint_s === undefined || rpo_s === undefined || rto_s === undefined) {
    yield 'came back from nowhere'
    return
  }
  if (recoveryPoint_s > onset_s) yield 'came back with what the incident did'
  if (!(rpo_s >= 0)) yield `an RPO of ${rpo_s} s`
  const sum = times.reduce((total, [, seconds]) => total + seconds, 0)
  if (Math.abs(sum - rto_s) > 1e-6 * Math.max(1, rto_s)) yield `phases of ${sum} s make an RTO of ${rto_s} s`
}

describe('whatever strikes, and whatever strikes together', { timeout: 60_000 + WORLDS * 5000 }, () => {
  it(`${WORLDS} random worlds run to the end; what is said to be recovered is`, async () => {
    const outcomes = { recovered: 0, degraded: 0, lost: 0 }
    for (let number = FIRST; number < FIRST + WORLDS; number += 1) {
      const { text, gentle } = randomWorld(number)
      const scenario = parseScenario(text, `world-${number}.yaml`)
      const { incidents, jobs } = await run(scenario).catch((cause: unknown) => {
        throw new Error(`world ${number} did not run to its end: ${String(cause)}\n${text}`, { cause })
      })
      for (const row of incidents) {
        const where = `world ${number}, ${row.hazard}, ${row.service}`
        expect([...contradictions(row)], where).toEqual([])
        outcomes[row.outcome] += 1
      }
      // Who loses bytes without anything that takes them has a bug; silent ends of jobs would hide it.
      expect(jobs.filter(({ outcome }) => outcome === 'running')).toEqual([])
      if (!gentle) continue
      for (const row of incidents) {
        if (row.hazard !== 'dead' && row.hazard !== 'disk') continue
        const done = jobs.filter(
          ({ kind, outcome, ended_s }) => kind === 'backup' && outcome === 'succeeded' && ended_s! < row.onset_s,
        )
        const both = ['d', 'm'].every((job) => done.some((run_) => run_.job === job))
        if (both) expect(row.outcome, `world ${number}, ${row.hazard}, ${row.service}: ${row.reason}`).not.toBe('lost')
      }
    }
    // A generator that only ever makes one of them tests little.
    if (WORLDS >= 40) for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0)
  })
})
