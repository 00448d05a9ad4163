import { RepositoryFormatError } from '../errors.ts'
import type { Pack } from '../index/chunk-index.ts'
import type { BlobInfo } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { currentEntries } from '../trees/tree-reader.ts'
import { Liveness } from './liveness.ts'
import { needsOf } from './needs.ts'
import type { TreeNeeds } from './needs.ts'
import type { PackUse } from './plan.ts'

/**
 * Determines what all these snapshots need, and keeps it for the next prune.
 * @throws RepositoryFormatError when a snapshot needs what is stored nowhere: then nothing must be deleted
 */
export async function followNeeds(repository: Repository, snapshots: readonly Snapshot[]): Promise<Liveness> {
  const { cache } = repository
  // It is taken out of the cache and kept again only if this succeeds: partial counts must not be used.
  const liveness = cache.takeLiveness() ?? new Liveness()
  await liveness.follow(repository, snapshots)
  cache.keepLiveness(liveness)
  return liveness
}

/**
 * The index entries that some of the snapshots need; of a chunk stored twice, the one that a reader would take. 1:
 * needed.
 * @param isSettled trees and lists that need not be followed
 * @throws RepositoryFormatError when a snapshot needs what is stored nowhere
 */
export async function neededEntries(
  repository: Repository,
  snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>,
  isSettled: (address: string) => boolean = () => false,
): Promise<Uint8Array> {
  return (await walk(repository, snapshots, isSettled)).needed
}

/** Walks from the roots of the snapshots to everything that they reach, reading what is not cached. */
async function walk(
  repository: Repository,
  snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>,
  isSettled: (address: string) => boolean = () => false,
): Promise<{ needed: Uint8Array; reached: ReadonlyMap<string, TreeNeeds> }> {
  const { index, cache } = repository
  const needed = new Uint8Array(index.entries)
  const known = (address: string): TreeNeeds | undefined => cache.liveness?.needs(address) ?? cache.needs.get(address)
  const isRead = (list: string): boolean => isSettled(list) || known(list) !== undefined
  const reached = new Map<string, TreeNeeds>()
  const reach = (address: string): boolean => {
    const needs = known(address)
    if (needs !== undefined) reached.set(address, { ...needs, entries: currentEntries(index, needs.entries) })
    return needs !== undefined
  }
  let level = [...new Set(snapshots.map(({ tree }) => tree))].filter((tree) => !isSettled(tree))
  while (level.length > 0) {
    const unknown = level.filter((address) => !reach(address))
    for (const [address, needs] of await needsOf(repository, unknown, isRead)) reached.set(address, needs)
    const next = new Set<string>()
    for (const address of level) {
      const { entries, trees, lists } = reached.get(address)!
      need(needed, entries)
      for (const tree of trees) if (!reached.has(tree) && !isSettled(tree)) next.add(tree)
      for (const list of lists) {
        if (isSettled(list)) continue
        if (reached.has(list) || reach(list)) need(needed, reached.get(list)!.entries)
        else throw new RepositoryFormatError(`the list ${list.slice(0, 8)} of a file's chunks was not read`)
      }
    }
    level = [...next]
  }
  return { needed, reached }
}

function need(needed: Uint8Array, entries: Uint32Array): void {
  for (let at = 0; at < entries.length; at++) needed[entries[at]!] = 1
}

/** The packs that snapshots need; of a chunk stored twice, the one that a reader would take. The result is cached. */
export async function neededPacks(
  repository: Repository,
  snapshots: ReadonlyArray<Pick<Snapshot, 'tree'>>,
): Promise<Pack[]> {
  const { index, cache } = repository
  const { needed, reached } = await walk(repository, snapshots)
  cache.needs = reached
  // A segment is needed if one of its chunks is.
  const segments = new Uint8Array(index.segments)
  for (let entry = 0; entry < needed.length; entry++) if (needed[entry] === 1) segments[index.segmentOf(entry)] = 1
  return index
    .packs()
    .filter(({ firstSegment, segments: count }) => segments.subarray(firstSegment, firstSegment + count).includes(1))
}

/** How much of each pack is needed. */
export function packUse(repository: Repository, needed: Liveness, stored: ReadonlyMap<string, BlobInfo>): PackUse[] {
  const { index } = repository
  const marks = new Map(index.markedPacks().map(({ pack, markedAt }) => [pack, markedAt]))
  return index.packs().map((pack) => {
    let used_bytes = 0
    let segments_bytes = 0
    // Evaluated by segment in the index: materialising each pack's contents would be most of the work of a prune.
    for (let segment = pack.firstSegment, end = segment + pack.segments; segment < end; segment++) {
      const sealed_bytes = index.sealedBytesOf(segment)
      segments_bytes += sealed_bytes
      if (needed.needsSegment(segment)) used_bytes += sealed_bytes
    }
    const { lockedUntil, created } = stored.get(pack.name) ?? {}
    const markedAt = marks.get(pack)
    const { name, size } = pack
    const use: { -readonly [K in keyof PackUse]: PackUse[K] } = {
      name,
      size,
      used_bytes,
      unused_bytes: segments_bytes - used_bytes,
    }
    if (created !== undefined) use.created = created
    if (lockedUntil !== undefined) use.lockedUntil = lockedUntil
    if (markedAt !== undefined) use.markedAt = markedAt
    return use
  })
}
