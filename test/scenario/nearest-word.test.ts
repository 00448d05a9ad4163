import { describe, expect, it } from 'vitest'
import { nearestWord } from '../../src/scenario/nearest-word.ts'

describe('the nearest word', () => {
  const words = ['read', 'write', 'capacity', 'bandwidth', 'latency', 'at', 'to']
  it.each([
    ['bandwith', 'bandwidth'], // a letter left out
    ['wirte', 'write'], // two letters swapped
    ['CAPACITY', 'capacity'], // case
    ['latencyy', 'latency'], // a letter too many
    ['ta', 'at'],
    ['budget', undefined], // another word
    ['x', undefined],
  ])('%s → %s', (word, expected) => {
    expect(nearestWord(word, words)).toBe(expected)
  })
})
