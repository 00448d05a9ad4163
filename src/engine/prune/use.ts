import { bytesOfHex, hexOf } from '../encoding.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { ChunkIndex, Pack } from '../index/chunk-index.ts'
import type { BlobInfo } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { TreeReader, addressesIn } from '../trees/tree-reader.ts'
import type { PackUse } from './plan.ts'

/** What a tree needs: entries of the index for itself and for what its entries hold; and the trees and lists below it. */
export interface TreeNeeds {
  readonly entries: Uint32Array
  readonly trees: readonly string[]
  /** Lists of chunks of long files. A change to a file leaves most of them as they were, so each is remembered by itself. */
  readonly lists: readonly string[]
}

/** What is remembered from one prune to the next, by address in hexadecimal; a list needs its chunks. */
export type KnownNeeds = Map<string, TreeNeeds>

const NONE: readonly string[] = []

/**
 * Which entries of the index the snapshots need: of a chunk stored twice, the one that a reader would take. What a tree or a
 * list needs is remembered from one prune to the next, as long as it has not been moved.
 * @throws RepositoryFormatError when a snapshot needs what is stored nowhere: then nothing must be deleted
 */
export async function neededEntries(
  repository: Repository,
  snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>,
): Promise<Uint8Array> {
  const { index, cache } = repository
  const needed = new Uint8Array(index.entries)
  const known = cache.needs
  const reached: KnownNeeds = new Map()
  const reach = (address: string): boolean => {
    const needs = known.get(address)
    if (needs !== undefined) reached.set(address, { ...needs, entries: whereTheyAreNow(index, needs.entries) })
    return needs !== undefined
  }
  let level = [...new Set(snapshots.map(({ tree }) => tree))]
  while (level.length > 0) {
    const unknown = level.filter((address) => !reach(address))
    for (const [address, needs] of await needsOf(repository, unknown, known)) reached.set(address, needs)
    const next = new Set<string>()
    for (const address of level) {
      const { entries, trees, lists } = reached.get(address)!
      need(needed, entries)
      for (const tree of trees) if (!reached.has(tree)) next.add(tree)
      for (const list of lists) {
        if (reached.has(list) || reach(list)) need(needed, reached.get(list)!.entries)
        else throw new RepositoryFormatError(`the list ${list.slice(0, 8)} of a file's chunks was not read`)
      }
    }
    level = [...next]
  }
  cache.needs = reached
  return needed
}

function need(needed: Uint8Array, entries: Uint32Array): void {
  for (let at = 0; at < entries.length; at++) needed[entries[at]!] = 1
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

/** What these trees need, and the lists in them that are not known. */
async function needsOf(
  repository: Repository,
  addresses: readonly string[],
  known: ReadonlyMap<string, TreeNeeds>,
): Promise<KnownNeeds> {
  const reader = new TreeReader(repository)
  const trees = await reader.trees(addresses)
  const needs: KnownNeeds = new Map()
  const unread = new Set<string>()
  for (const [at, address] of addresses.entries()) {
    const entries = reader.entriesOf(bytesOfHex(address), 'a tree')
    const lists: string[] = []
    for (const { chunks, listed, name } of trees[at]!) {
      if (chunks === undefined) continue
      entries.push(...reader.entriesOf(chunks, name))
      if (listed === true) lists.push(...addressesIn(chunks).map(hexOf))
    }
    for (const list of lists) if (!known.has(list)) unread.add(list)
    const below = trees[at]!.flatMap((entry) => (entry.tree === undefined ? [] : [hexOf(entry.tree)]))
    needs.set(address, { entries: Uint32Array.from(entries), trees: below, lists })
  }
  const contents = await reader.lists([...unread].map(bytesOfHex))
  for (const [at, address] of [...unread].entries()) {
    needs.set(address, {
      entries: Uint32Array.from(reader.entriesOf(contents[at]!, 'a file')),
      trees: NONE,
      lists: NONE,
    })
  }
  return needs
}

/** The packs that snapshots need: of a chunk stored twice, the one that a reader would take. What is found is remembered. */
export async function neededPacks(
  repository: Repository,
  snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>,
): Promise<Pack[]> {
  const { index, cache } = repository
  const { needs } = cache
  const segments = neededSegments(index, await neededEntries(repository, snapshots))
  cache.needs = new Map([...needs, ...cache.needs])
  return index
    .packs()
    .filter(({ firstSegment, segments: count }) => segments.subarray(firstSegment, firstSegment + count).includes(1))
}

/** By number, 1 for those that hold a chunk that is needed: a segment is as long as one of its chunks is. */
function neededSegments(index: ChunkIndex, needed: Uint8Array): Uint8Array {
  const segments = new Uint8Array(index.segments)
  for (let entry = 0; entry < needed.length; entry++) if (needed[entry] === 1) segments[index.segmentOf(entry)] = 1
  return segments
}

/** Per pack, how much of it is needed. */
export function packUse(repository: Repository, needed: Uint8Array, stored: ReadonlyMap<string, BlobInfo>): PackUse[] {
  const { index } = repository
  const segments = neededSegments(index, needed)
  const marks = new Map(index.markedPacks().map(({ pack, markedAt }) => [pack, markedAt]))
  return index.packs().map((pack) => {
    let used_bytes = 0
    let segments_bytes = 0
    // Asked of the index: to put together what each pack holds would be most of the work of a prune.
    for (let segment = pack.firstSegment, end = segment + pack.segments; segment < end; segment++) {
      const sealed_bytes = index.sealedBytesOf(segment)
      segments_bytes += sealed_bytes
      if (segments[segment] === 1) used_bytes += sealed_bytes
    }
    const lockedUntil = stored.get(pack.name)?.lockedUntil
    const markedAt = marks.get(pack)
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
