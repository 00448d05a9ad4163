import { afterEach, describe, expect, it, vi } from 'vitest'
import { Passes } from '../../../src/experiment/cell/passes.ts'

/** Measures a world and three drills that take so long, and says what becomes of ranks 0 to 3 with `left` drills to go. */
async function postponed({ world_s, drill_s, left }: { world_s: number; drill_s: number; left: number }) {
  let now_ms = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now_ms)
  const takes = (seconds: number) => async () => void (now_ms += seconds * 1000)
  const passes = new Passes(true)
  await passes.world(takes(world_s / 10))
  for (let drill = 0; drill < 3; drill += 1) await passes.drill(takes(drill_s))
  return [0, 1, 2, 3].map((rank) => passes.postpones(rank, 0.1, left))
}

describe('drills are left for a later pass', () => {
  afterEach(() => vi.restoreAllMocks())

  it('not when they are soon done', async () => {
    expect(await postponed({ world_s: 1, drill_s: 1, left: 29 })).toEqual([false, false, false, false])
  })

  it('not when another pass through the world would cost more than 15 % of the time', async () => {
    expect(await postponed({ world_s: 20, drill_s: 1, left: 100 })).toEqual([false, false, false, false])
  })

  it('every second one when one more pass costs up to 15 %: 100 s of 900', async () => {
    expect(await postponed({ world_s: 100, drill_s: 8, left: 100 })).toEqual([false, true, false, true])
  })

  it('three of four when two more passes cost up to 15 %: 20 s of 1020', async () => {
    expect(await postponed({ world_s: 10, drill_s: 10, left: 100 })).toEqual([false, true, true, true])
  })

  it('never before three drills have told what a drill takes', () => {
    expect(new Passes(true).postpones(1, 0.1, 1e6)).toBe(false)
  })
})
