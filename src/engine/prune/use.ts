import { bytesOfHex, hexOf } from '../encoding.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { BlobInfo } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { TreeReader, addressesIn } from '../trees/tree-reader.ts'
import type { PackUse } from './plan.ts'

/** What a tree needs: entries of the index for itself, for its files and their lists; and the trees below it. */
export interface TreeNeeds {
  readonly entries: Uint32Array
  readonly trees: readonly string[]
}

/**
 * Which entries of the index the snapshots need: of a chunk stored twice, the one that a reader would take. What a tree
 * needs is remembered from one prune to the next, as long as it has not been moved.
 * @throws RepositoryFormatError when a snapshot needs what is stored nowhere: then nothing must be deleted
 */
export async function neededEntries(repository: Repository, snapshots: readonly Snapshot[]): Promise<Uint8Array> {
  const { index, cache } = repository
  const needed = new Uint8Array(index.entries)
  const known = cache.needs
  const reached = new Map<string, TreeNeeds>()
  let level = [...new Set(snapshots.map(({ tree }) => tree))]
  while (level.length > 0) {
    const unknown: string[] = []
    for (const address of level) {
      const needs = known.get(address)
      if (needs === undefined) unknown.push(address)
      else reached.set(address, { ...needs, entries: whereTheyAreNow(index, needs.entries) })
    }
    for (const [address, needs] of await needsOf(repository, unknown)) reached.set(address, needs)
    const next = new Set<string>()
    for (const address of level) {
      const { entries, trees } = reached.get(address)!
      for (let at = 0; at < entries.length; at++) needed[entries[at]!] = 1
      for (const tree of trees) if (!reached.has(tree)) next.add(tree)
    }
    level = [...next]
  }
  cache.needs = reached
  return needed
}

/** The same chunks where a reader would take them now: a prune may have moved some. */
function whereTheyAreNow(index: ChunkIndex, entries: Uint32Array): Uint32Array {
  let moved: Uint32Array | undefined
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!
    const now = index.storedAs(entry)
    if (now === entry) continue
    if (now < 0) throw new RepositoryFormatError('a chunk that a snapshot needs is stored nowhere')
    // Other clients of this memory count their entries otherwise.
    moved ??= entries.slice()
    moved[at] = now
  }
  return moved ?? entries
}

async function needsOf(repository: Repository, addresses: readonly string[]): Promise<Map<string, TreeNeeds>> {
  const reader = new TreeReader(repository)
  const trees = await reader.trees(addresses)
  const listAddresses = trees.map((tree) =>
    tree.flatMap(({ chunks, listed }) => (chunks !== undefined && listed === true ? addressesIn(chunks) : [])),
  )
  const lists = await reader.lists(listAddresses.flat())
  const needs = new Map<string, TreeNeeds>()
  let nextList = 0
  for (const [at, address] of addresses.entries()) {
    const tree = trees[at]!
    const entries = reader.entriesOf(bytesOfHex(address), 'a tree')
    for (const { chunks, name } of tree) if (chunks !== undefined) entries.push(...reader.entriesOf(chunks, name))
    for (let left = listAddresses[at]!.length; left > 0; left--) {
      for (const entry of reader.entriesOf(lists[nextList++]!, 'a file')) entries.push(entry)
    }
    needs.set(address, {
      entries: Uint32Array.from(entries),
      trees: tree.flatMap((entry) => (entry.tree === undefined ? [] : [hexOf(entry.tree)])),
    })
  }
  return needs
}

/** Per pack, how much of it is needed. */
export function packUse(repository: Repository, needed: Uint8Array, stored: ReadonlyMap<string, BlobInfo>): PackUse[] {
  const { index } = repository
  // A segment is as long as one of its chunks is.
  const segments = new Uint8Array(index.segments)
  for (let entry = 0; entry < needed.length; entry++) if (needed[entry] === 1) segments[index.segmentOf(entry)] = 1
  const marks = new Map(index.markedPacks().map(({ pack, markedAt }) => [pack, markedAt]))
  return index.packs().map((pack) => {
    let used_bytes = 0
    const { firstSegment, sealed_bytes } = pack
    for (let segment = 0; segment < sealed_bytes.length; segment++) {
      if (segments[firstSegment + segment] === 1) used_bytes += sealed_bytes[segment]!
    }
    const lockedUntil = stored.get(pack.name)?.lockedUntil
    const markedAt = marks.get(pack)
    const last = pack.offsets.length - 1
    const segments_bytes = last < 0 ? 0 : pack.offsets[last]! + pack.sealed_bytes[last]! - pack.offsets[0]!
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
