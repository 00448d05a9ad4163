import { bytesOfHex, hexOf } from '../encoding.ts'
import type { Pack } from '../index/chunk-index.ts'
import type { BlobInfo } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { TreeReader, addressesIn } from '../trees/tree-reader.ts'
import type { PackUse } from './plan.ts'

/**
 * Which entries of the index the snapshots need: of a chunk stored twice, the one that a reader would take.
 * @throws RepositoryFormatError when a snapshot needs what is stored nowhere: then nothing must be deleted
 */
export async function neededEntries(repository: Repository, snapshots: readonly Snapshot[]): Promise<Uint8Array> {
  const reader = new TreeReader(repository)
  const needed = new Uint8Array(repository.index.entries)
  const need = (chunks: Uint8Array, what: string): void => {
    for (const entry of reader.entriesOf(chunks, what)) needed[entry] = 1
  }
  const seen = new Set<string>()
  let level = [...new Set(snapshots.map(({ tree }) => tree))]
  while (level.length > 0) {
    for (const address of level) seen.add(address)
    const trees = await reader.trees(level)
    const next = new Set<string>()
    for (const tree of trees) {
      const lists: Uint8Array[] = []
      for (const { chunks, listed, name } of tree) {
        if (chunks === undefined) continue
        need(chunks, name)
        if (listed !== true) continue
        // Snapshots of a long file have most of its lists in common.
        for (const address of addressesIn(chunks)) {
          const list = hexOf(address)
          if (!seen.has(list)) lists.push(address)
          seen.add(list)
        }
      }
      for (const list of await reader.lists(lists)) need(list, 'a list of chunks')
      for (const { tree: below } of tree) {
        if (below === undefined) continue
        const address = hexOf(below)
        if (!seen.has(address)) next.add(address)
      }
    }
    for (const address of level) need(bytesOfHex(address), 'a tree')
    level = [...next]
  }
  return needed
}

/** Per pack, how much of it is needed. A segment is as long as one of its chunks is. */
export function packUse(repository: Repository, needed: Uint8Array, stored: ReadonlyMap<string, BlobInfo>): PackUse[] {
  const { index } = repository
  return index.packs().map((pack) => {
    let used_bytes = 0
    for (const segment of neededSegments(pack, needed)) used_bytes += pack.sealed_bytes[segment]!
    const lockedUntil = stored.get(pack.name)?.lockedUntil
    const markedAt = index.markedAt(pack.name)
    const segments_bytes = pack.sealed_bytes.reduce((sum, bytes) => sum + bytes, 0)
    return {
      name: pack.name,
      size: pack.size,
      used_bytes,
      unused_bytes: segments_bytes - used_bytes,
      ...(lockedUntil === undefined ? {} : { lockedUntil }),
      ...(markedAt === undefined ? {} : { markedAt }),
    }
  })
}

function neededSegments({ chunks, entries }: Pack, needed: Uint8Array): number[] {
  const segments: number[] = []
  let chunk = 0
  for (let segment = 0; segment < chunks.length; segment++) {
    let isNeeded = false
    for (let left = chunks[segment]!; left > 0; left--) if (needed[entries[chunk++]!] === 1) isNeeded = true
    if (isNeeded) segments.push(segment)
  }
  return segments
}
