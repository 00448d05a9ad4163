import { describe, expect, it } from 'vitest'
import { runMissions } from '../../../src/experiment/losses/missions.ts'

describe('missions on worker threads', () => {
  it('are the same missions on one thread and on several', async () => {
    const system = {
      groups: 6,
      units: 8,
      tolerates: 1,
      failure: { law: 'exponential', mean: 19.5 },
      repair: { law: 'constant', value: 0.0133 },
    } as const
    const options = { seed: '48 disks', missions: 70_000, mission: 1 }
    const alone = await runMissions(system, { ...options, threads: 1 })
    expect(alone.missions).toBe(70_000)
    expect(alone.losses / alone.missions).toBeCloseTo(0.0117, 2)
    expect(await runMissions(system, { ...options, threads: 3 })).toEqual(alone)
  })
})
