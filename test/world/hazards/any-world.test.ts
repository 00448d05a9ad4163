import { describe, expect, it } from 'vitest'
import { judge } from '../../../tools/worlds/contradictions.ts'
import { randomWorld } from '../../../tools/worlds/random-world.ts'

/** More by the environment, FIREDRILL_WORLDS=500, and others: FIREDRILL_FIRST_WORLD says with which to begin. `npm run worlds` plays thousands. */
const WORLDS = Number(process.env['FIREDRILL_WORLDS'] ?? 40)
const FIRST = Number(process.env['FIREDRILL_FIRST_WORLD'] ?? 0)

describe('whatever strikes, and whatever strikes together', { timeout: 60_000 + WORLDS * 5000 }, () => {
  it(`${WORLDS} random worlds run to the end; what is said to be recovered is`, async () => {
    const outcomes = { recovered: 0, degraded: 0, lost: 0 }
    for (let number = FIRST; number < FIRST + WORLDS; number += 1) {
      const world = randomWorld(number)
      const verdict = await judge(world, `world-${number}`)
      expect(verdict.wrong, world.text).toEqual([])
      for (const outcome of ['recovered', 'degraded', 'lost'] as const) outcomes[outcome] += verdict.outcomes[outcome]
    }
    // A generator that only ever makes one of them tests little. Of a hundred services two are degraded.
    if (WORLDS >= 40) expect(Math.min(outcomes.recovered, outcomes.lost)).toBeGreaterThan(0)
    if (WORLDS >= 400) expect(outcomes.degraded).toBeGreaterThan(0)
  })

  it('a machine that ran from its backup and fell while it was brought home is waited for until then', async () => {
    const world = randomWorld(20_846)
    expect((await judge(world, 'world-20846')).wrong, world.text).toEqual([])
  })
})
