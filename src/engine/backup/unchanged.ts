import { bytesEqual } from '../cryptography/cryptography.ts'
import { encodeValue, hexOf } from '../encoding/encoding.ts'
import type { EntryMetadata } from '../ports.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import type { TreeReader } from '../trees/tree-reader.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'

/**
 * Whether a restore would give the same as one of an earlier snapshot. Change tokens, and times of inode changes, are
 * not restored: a file that was written just before the earlier backup had no token then, and has one now.
 * @param made trees of the new snapshot, by address
 */
export async function isAsIn(
  earlier: Snapshot,
  root: TreeEntry,
  made: ReadonlyMap<string, Tree>,
  reader: TreeReader,
): Promise<boolean> {
  if (!sameMetadata(earlier.root, root.metadata)) return false
  let level: Array<readonly [before: string, after: string]> = [[earlier.tree, hexOf(root.tree!)]]
  while (level.length > 0) {
    const changed = level.filter(([before, after]) => before !== after)
    const befores = await reader.trees(changed.map(([before]) => before))
    level = []
    for (const [at, [, address]] of changed.entries()) {
      const before = befores[at]!
      const after = made.get(address) ?? (await reader.tree(address))
      if (before.length !== after.length) return false
      for (const [number, entry] of after.entries()) {
        const old = before[number]!
        if (!sameEntry(old, entry)) return false
        if (old.tree !== undefined && entry.tree !== undefined) level.push([hexOf(old.tree), hexOf(entry.tree)])
      }
    }
  }
  return true
}

function sameEntry(a: TreeEntry, b: TreeEntry): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.kind === b.kind &&
      a.size === b.size &&
      a.symlinkTarget === b.symlinkTarget &&
      a.hardLink === b.hardLink &&
      a.device?.major === b.device?.major &&
      a.device?.minor === b.device?.minor &&
      a.listed === b.listed &&
      a.changedWhileRead === b.changedWhileRead &&
      bytesEqual(a.chunks ?? NONE, b.chunks ?? NONE) &&
      sameMetadata(a.metadata, b.metadata))
  )
}

function sameMetadata({ ctime_ns: _a, ...a }: EntryMetadata, { ctime_ns: _b, ...b }: EntryMetadata): boolean {
  return bytesEqual(encodeValue(a), encodeValue(b))
}

const NONE = new Uint8Array(0)
