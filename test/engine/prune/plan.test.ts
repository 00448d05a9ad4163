import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { planPrune } from '../../../src/engine/prune/plan.ts'
import type { PackUse } from '../../../src/engine/prune/plan.ts'

const HOUR = 3600
const now = 1_767_571_200

/** A pack of 1000 bytes of which so many are needed. */
const pack = (name: string, used_bytes: number, more: Partial<PackUse> = {}): PackUse => ({
  name,
  size: 1000,
  used_bytes,
  unused_bytes: 1000 - used_bytes,
  ...more,
})

describe('the plan of a prune', () => {
  it('marks what nothing needs, and removes it when the grace period is over', () => {
    const options = { maxUnused: 0, grace_s: 48 * HOUR, now }
    const plan = planPrune(
      [
        pack('all', 1000),
        pack('new', 0),
        pack('young', 0, { markedAt: now - 47 * HOUR }),
        pack('old', 0, { markedAt: now - 48 * HOUR }),
      ],
      options,
    )
    expect(plan).toMatchObject({ keep: ['all'], mark: ['new'], waiting: ['young'], remove: ['old'], freed_bytes: 1000 })
  })

  it('leaves what came after the last snapshot, unless there is no grace period', () => {
    const packs = [pack('forgotten', 0, { created: now - 2 * HOUR }), pack('unfinished', 0, { created: now - HOUR })]
    const options = { maxUnused: 0, now, unfinishedSince: now - 2 * HOUR }
    expect(planPrune(packs, { ...options, grace_s: HOUR })).toMatchObject({
      mark: ['forgotten'],
      unfinished: ['unfinished'],
    })
    expect(planPrune(packs, { ...options, grace_s: 0 })).toMatchObject({
      remove: ['forgotten', 'unfinished'],
      unfinished: [],
    })
  })

  it('takes the mark back from a pack that is needed again', () => {
    const plan = planPrune([pack('back', 1, { markedAt: 0 })], { maxUnused: 1, grace_s: HOUR, now })
    expect(plan).toMatchObject({ unmark: ['back'], remove: [], keep: [] })
  })

  it('removes at once where there is no grace period', () => {
    expect(planPrune([pack('new', 0)], { maxUnused: 0, grace_s: 0, now })).toMatchObject({ remove: ['new'], mark: [] })
  })

  it('rewrites the most wasteful packs until the waste is within bounds', () => {
    // 100 + 300 + 600 of 4000 bytes are unused: 25 %. Without the worst 400 are left: 10 %.
    const packs = [pack('a', 1000), pack('b', 900), pack('c', 700), pack('d', 400)]
    const at = (maxUnused: number): readonly string[] => planPrune(packs, { maxUnused, grace_s: HOUR, now }).repack
    expect(at(0.25)).toEqual([])
    expect(at(0.24)).toEqual(['d'])
    expect(at(0.1)).toEqual(['d'])
    expect(at(0.05)).toEqual(['c', 'd'])
    expect(at(0)).toEqual(['b', 'c', 'd'])
    expect(planPrune(packs, { maxUnused: 0.1, grace_s: HOUR, now })).toMatchObject({
      unused_bytes: 400,
      repacked_bytes: 400,
    })
  })

  it('leaves locked packs for later, marked when nothing needs them', () => {
    const lockedUntil = now + 1
    const plan = planPrune(
      [
        pack('part', 500, { lockedUntil }),
        pack('new', 0, { lockedUntil }),
        pack('due', 0, { lockedUntil, markedAt: 0 }),
        pack('free', 0, { lockedUntil: now, markedAt: 0 }),
      ],
      { maxUnused: 0, grace_s: 0, now },
    )
    expect(plan).toMatchObject({ locked: ['due', 'part'], mark: ['new'], remove: ['free'], repack: [] })
  })

  const anyPack = fc
    .record({ used_bytes: fc.nat(1000), unused: fc.boolean(), lock: fc.boolean(), marked: fc.option(fc.nat(100)) })
    .map(({ used_bytes, unused, lock, marked }) =>
      pack('', unused ? 0 : used_bytes, {
        ...(lock ? { lockedUntil: now + 10 } : {}),
        ...(marked === null ? {} : { markedAt: now - marked * HOUR }),
      }),
    )

  test.prop([fc.array(anyPack), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(100)])(
    'puts every pack in one list, and removes none that is needed, locked or young',
    (packs, maxUnused, graceHours) => {
      const named = packs.map((some, number) => ({ ...some, name: `p${number}` }))
      const grace_s = graceHours * HOUR
      const plan = planPrune(named, { maxUnused, grace_s, now })
      const { remove, mark, unmark, repack, waiting, locked, keep } = plan
      const all = [remove, mark, unmark, repack, waiting, locked, keep].flat()
      expect(all.sort()).toEqual(named.map(({ name }) => name).sort())
      for (const { name, used_bytes, lockedUntil, markedAt } of named)
        if (remove.includes(name)) {
          expect(used_bytes).toBe(0)
          expect(lockedUntil ?? 0).toBeLessThanOrEqual(now)
          if (grace_s > 0) expect(markedAt ?? now).toBeLessThanOrEqual(now - grace_s)
        }
    },
  )
})
