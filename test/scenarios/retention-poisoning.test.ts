import { describe, expect, it } from 'vitest'
import { incidents, runFile } from './run-file.ts'

describe('retention-poisoning', { timeout: 300_000 }, async () => {
  const results = await runFile('retention-poisoning', 2)
  const outcomes = (strategy: string): Set<string> =>
    new Set(incidents(results, { strategy }).map(({ outcome }) => (outcome === 'lost' ? 'lost' : 'back')))

  it('takes every true point from a policy that trusts the clock of whoever writes', () => {
    expect(outcomes('the-last-14')).toEqual(new Set(['lost']))
  })

  it('is survived by what cannot be deleted, and by a copy that the attacker has no key for', () => {
    expect(outcomes('the-last-14-locked')).toEqual(new Set(['back']))
    expect(outcomes('the-last-14-and-a-copy')).toEqual(new Set(['back']))
  })
})
