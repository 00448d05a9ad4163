import { describe, expect, it } from 'vitest'
import { nearestWord } from '../../src/scenario/document/nearest-word.ts'

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

  it.each([
    ['retention', ['dataset', 'keep', 'name'], 'keep'],
    ['immutable', ['class', 'lock'], 'lock'],
    ['to', ['store', 'sample', 'heal'], 'store'],
    ['target', ['dataset', 'to', 'keep'], 'to'],
    ['keep', ['dataset', 'last', 'lock'], 'last'],
    ['grandfather', ['daily', 'weekly', 'monthly'], 'monthly'],
    ['timeout', ['window', 'overrun'], 'window'],
    ['forever-incremental', ['full', 'incremental', 'snapshot', 'reverse-incremental'], 'snapshot'],
    ['synthetic-full', ['backup', 'copy', 'synthesise'], 'synthesise'],
    ['WAL', ['backup', 'log'], 'log'],
    ['glacier', ['s3-standard', 's3-glacier-flexible'], 's3-glacier-flexible'],
    ['retention', ['read', 'write'], undefined],
  ])('%s is what the field calls it, among %j: %s', (word, candidates, expected) => {
    expect(nearestWord(word, candidates)).toBe(expected)
  })
})
