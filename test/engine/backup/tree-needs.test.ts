import { describe, expect, it } from 'vitest'
import { TreeNeedsBuilder } from '../../../src/engine/backup/tree-needs.ts'
import { ADDRESS_BYTES } from '../../../src/engine/index/address.ts'
import type { TreeEntry } from '../../../src/engine/trees/tree.ts'

const metadata = { mode: 0o644, uid: 0, gid: 0, mtime_ns: 0n }

/** A file of so many chunks; its addresses do not matter here. */
const file = (name: string, chunks: number): TreeEntry => ({
  name,
  kind: 'file',
  metadata,
  size: chunks,
  files: 1,
  chunks: new Uint8Array(chunks * ADDRESS_BYTES),
})
const folder: TreeEntry = { name: 'folder', kind: 'directory', metadata, size: 0, files: 0, tree: new Uint8Array(32) }

describe('what a tree needs of the index, told by the backup that makes it', () => {
  const [a, b, c] = [file('a', 2), file('b', 1), file('c', 3)]
  const parent = [a, b, folder, c]
  // The tree itself, then two chunks of a, one of b and three of c.
  const ofParent = Uint32Array.of(70, 1, 2, 3, 4, 5, 6)

  it('takes over the entries of files that are as they were, and takes in those of files that were read', () => {
    const needs = new TreeNeedsBuilder(parent, ofParent)
    needs.reuse(a)
    needs.add([30, 31])
    needs.reuse(folder)
    needs.reuse(c)
    expect(needs.take(71)).toEqual(Uint32Array.of(71, 1, 2, 30, 31, 4, 5, 6))
  })

  it('passes over files that are gone', () => {
    const needs = new TreeNeedsBuilder(parent, ofParent)
    needs.reuse(c)
    expect(needs.take(71)).toEqual(Uint32Array.of(71, 4, 5, 6))
  })

  it('tells nothing when something taken over is not known, and does when nothing was', () => {
    const needs = new TreeNeedsBuilder(parent, undefined)
    needs.reuse(folder)
    needs.add([9])
    expect(needs.take(71)).toEqual(Uint32Array.of(71, 9))
    const incomplete = new TreeNeedsBuilder(parent, undefined)
    incomplete.reuse(b)
    expect(incomplete.take(71)).toBeUndefined()
  })
})
