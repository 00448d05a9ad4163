import { describe, expect, it } from 'vitest'
import { NoSpaceError, VirtualFileSystem } from '../../../../src/adapters/virtual/index.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length)

function filled(): VirtualFileSystem {
  const files = new VirtualFileSystem({ time: 0 })
  files.mkdir('home', 0)
  files.writeFile('home/a', bytes(60), 0)
  return files
}

describe('a disk with 100 bytes', () => {
  const limited = (): VirtualFileSystem => {
    const files = filled()
    files.space.free = () => 100 - files.bytes
    return files
  }

  it('takes what fits, and refuses the rest without having written any of it', () => {
    const files = limited()
    files.append('home/a', bytes(40), 1)
    expect(() => files.writeFile('home/b', bytes(1), 2)).toThrow(NoSpaceError)
    expect(() => files.splice('home/a', 0, 10, bytes(11), 2)).toThrow(/no space left on the disk: home\/a needs 1 B/)
    expect([files.bytes, files.lookup('home/b')]).toEqual([100, undefined])
  })

  it('counts what a write takes away: replacing and shrinking need no room', () => {
    const files = limited()
    files.writeFile('home/a', bytes(100), 1)
    files.splice('home/a', 0, 100, bytes(100), 2)
    files.remove('home/a', 3)
    files.writeFile('home/b', bytes(100), 4)
    expect(files.bytes).toBe(100)
  })
})

describe('a quota of 80 bytes', () => {
  it('of a directory holds for all below it, and for nothing else', () => {
    const files = filled()
    files.space.setQuota('home', 80)
    files.mkdir('home/deep', 1)
    expect(() => files.writeFile('home/deep/b', bytes(21), 1)).toThrow(/quota of home is used up: 60 B of 80 B/)
    files.writeFile('home/deep/b', bytes(20), 1)
    files.writeFile('elsewhere', bytes(500), 1)
  })

  it('goes with a fork, and can be lifted there', () => {
    const files = filled()
    files.space.setQuota('', 80)
    const fork = files.fork()
    expect(() => fork.append('home/a', bytes(21), 1)).toThrow(/quota of the filesystem/)
    fork.space.setQuota('', Infinity)
    fork.append('home/a', bytes(21), 1)
    expect(() => files.append('home/a', bytes(21), 1)).toThrow(NoSpaceError)
  })
})
