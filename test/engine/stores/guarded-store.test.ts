import { describe, expect, it } from 'vitest'
import { guardedStore } from '../../../src/engine/stores/guarded-store.ts'
import type { BlobStore } from '../../../src/engine/ports.ts'

async function* none(): AsyncGenerator<never> {}

async function firstOf(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return item
  return undefined
}

/** A store with everything that a store may have. */
const whole: Required<BlobStore> = {
  name: 'whole',
  givesAway: true,
  copies: true,
  put: async () => {},
  get: async () => new Uint8Array(1),
  stat: async (name) => ({ name, size: 1, created: 0 }),
  list: none,
  pages: none,
  delete: async () => {},
  extendLock: async () => 1,
  prepare: async () => undefined,
}

describe('a guarded store', () => {
  it('has all that the store behind it has, and nothing that it has not', () => {
    expect(Object.keys(guardedStore(whole, () => {})).sort()).toEqual(Object.keys(whole).sort())
    const { givesAway: _g, copies: _c, pages: _p, extendLock: _e, prepare: _r, ...plain } = whole
    expect(Object.keys(guardedStore(plain, () => {})).sort()).toEqual(Object.keys(plain).sort())
  })

  it('begins nothing when it may not', async () => {
    const closed = guardedStore(whole, () => {
      throw new Error('closed')
    })
    await expect(closed.put('a', [])).rejects.toThrow('closed')
    await expect(closed.get('a')).rejects.toThrow('closed')
    await expect(closed.stat('a')).rejects.toThrow('closed')
    await expect(closed.delete('a')).rejects.toThrow('closed')
    await expect(firstOf(closed.list(''))).rejects.toThrow('closed')
    await expect(firstOf(closed.pages!(''))).rejects.toThrow('closed')
    await expect(closed.extendLock!('a', 1)).rejects.toThrow('closed')
  })
})
