import { describe, expect, it } from 'vitest'
import { readRealDirectory } from '../../../src/experiment/cell/real-directory.ts'
import { run } from '../../../src/experiment/run.ts'
import { loadScenario } from '../../../src/scenario/load.ts'

describe('200 drills on a real directory, with real bytes', { timeout: 300_000 }, async () => {
  const scenario = await loadScenario('scenarios/real-directory.yaml')
  const { incidents } = await run(scenario, { readDirectory: readRealDirectory })

  it('recovers from all of them', () => {
    expect(incidents).toHaveLength(200)
    expect(incidents.filter(({ outcome }) => outcome !== 'recovered')).toEqual([])
  })

  // The comparison with the history is made where the data is restored, and a difference stops the run.
  it('gives back the bytes that the history of the filesystem holds', () => {
    expect(incidents.every(({ verified, restored_bytes }) => verified && restored_bytes > 0)).toBe(true)
  })

  it('has phases that sum to the RTO, to the rounding of their sum', () => {
    for (const { phases_s, rto_s } of incidents) {
      const sum = Object.values(phases_s).reduce((total, seconds) => total + seconds, 0)
      expect(Math.abs(sum - rto_s!)).toBeLessThan(1e-9 * rto_s!)
    }
  })

  it('has an RPO from the consistent cut to the fire, or to the detection of the deletion', () => {
    for (const { hazard, onset_s, detected_s, recoveryPoint_s, rpo_s } of incidents) {
      expect(recoveryPoint_s).toBeLessThanOrEqual(onset_s)
      expect(rpo_s).toBe((hazard === 'deletion' ? detected_s : onset_s) - recoveryPoint_s!)
    }
  })
})
