import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualFileSystem, compareTrees, extentStream, freshContent } from '../../../../src/adapters/virtual/index.ts'
import type { DirectoryNode } from '../../../../src/adapters/virtual/index.ts'
import { BLOCK_BYTES } from '../../../../src/adapters/virtual/files/crash.ts'
import { readContent } from '../../../../src/adapters/virtual/files/held-file.ts'
import { randomStream } from '../../../../src/kernel/index.ts'

const SYNCED = 100
const BLOCKS = 4

/** A file of so many blocks, each full of one number. */
const blocks = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: values.length * BLOCK_BYTES }, (_, at) => values[Math.floor(at / BLOCK_BYTES)]!)

/** The numbers of a file's blocks; a block that is not all of one number is none that was ever written. */
function blocksOf(root: DirectoryNode, path: string): number[] {
  const node = root.lookup(path)
  if (node?.kind !== 'file') throw new Error(`no file ${path}`)
  const bytes = readContent(node.content, 0, node.size)
  if (!(bytes instanceof Uint8Array)) throw new Error('bytes were expected')
  return Array.from({ length: node.size / BLOCK_BYTES }, (_, block) => {
    const values = new Set(bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
    expect(values.size).toBe(1)
    return [...values][0]!
  })
}

function synced(): VirtualFileSystem {
  const files = new VirtualFileSystem({ time: 0 })
  files.mkdir('d', 0)
  files.writeFile('d/old', blocks(1, 1, 1, 1), 0)
  files.writeFile('quiet', blocks(7), 0)
  return files
}

const seed = fc.integer({ min: 0, max: 10_000 }).map((number) => randomStream(['crash', number]))

describe('a crash', () => {
  it('takes nothing when all was on the disk', () => {
    fc.assert(
      fc.property(seed, (random) => {
        const files = synced()
        const before = files.root
        expect(files.crash(SYNCED, 110, random)).toBe(0)
        expect(compareTrees(files.root, before).differences).toEqual([])
      }),
    )
  })

  it('leaves of each block written since the old state or the new, and never touches what was on the disk', () => {
    const torn = new Set<string>()
    fc.assert(
      fc.property(seed, (random) => {
        const files = synced()
        files.writeFile('d/old', blocks(2, 2, 2, 2), 105)
        expect(files.crash(SYNCED, 110, random)).toBe(BLOCKS * BLOCK_BYTES)
        const found = blocksOf(files.root, 'd/old')
        expect(found.every((value) => value === 1 || value === 2)).toBe(true)
        torn.add(found.join(''))
        expect(blocksOf(files.root, 'quiet')).toEqual([7])
      }),
      { numRuns: 600 },
    )
    // All sixteen ways come up, not the two clean ones only.
    expect(torn.size).toBe(2 ** BLOCKS)
  })

  it('leaves zeros where a new file had not reached the disk', () => {
    fc.assert(
      fc.property(seed, (random) => {
        const files = synced()
        files.writeFile('d/new', blocks(3, 3), 105)
        files.crash(SYNCED, 110, random)
        if (files.lookup('d/new') === undefined) return
        expect(blocksOf(files.root, 'd/new').every((value) => value === 0 || value === 3)).toBe(true)
      }),
    )
  })

  it('leaves directories as they were at one of the instants since: never a later change without an earlier one', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(seed, (random) => {
        const files = synced()
        files.rename('d/old', 'moved', 103)
        files.remove('quiet', 105)
        files.mkdir('e', 107)
        files.crash(SYNCED, 110, random)
        seen.add(files.root.names().join(' '))
      }),
      { numRuns: 200 },
    )
    expect([...seen].sort()).toEqual(['d e moved', 'd moved', 'd moved quiet', 'd quiet'])
  })

  it('is the same again for the same random numbers, of bytes as of extents', () => {
    for (const fidelity of ['bytes', 'extents'] as const) {
      const after = (): DirectoryNode => {
        const files = new VirtualFileSystem({ time: 0 })
        files.writeFile('a', freshContent(fidelity, extentStream('old', 1), 0, 100_000), 0)
        files.writeFile('a', freshContent(fidelity, extentStream('new', 1), 0, 150_000), 105)
        files.crash(SYNCED, 110, randomStream(['again']))
        return files.root
      }
      expect(compareTrees(after(), after()).differences).toEqual([])
      expect(after().lookup('a')).toMatchObject({ size: 150_000 })
    }
  })

  it('is part of the history: what was there before can still be asked for', () => {
    const files = synced()
    files.writeFile('d/old', blocks(2, 2, 2, 2), 105)
    files.crash(SYNCED, 110, randomStream(['history']))
    expect(blocksOf(files.at(104)!, 'd/old')).toEqual([1, 1, 1, 1])
    expect(blocksOf(files.at(109)!, 'd/old')).toEqual([2, 2, 2, 2])
  })
})
