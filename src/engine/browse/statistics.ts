import type { Instant } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'

export interface RepositoryStatistics {
  readonly snapshots: number
  /** Instants of the oldest and newest recovery point. */
  readonly oldest?: Instant
  readonly newest?: Instant
  /** Bytes that restoring all snapshots would write. */
  readonly source_bytes: number
  readonly packs: number
  /** Packs that are marked for deletion. */
  readonly markedPacks: number
  /** Bytes of all packs. */
  readonly stored_bytes: number
  readonly chunks: number
  /** Bytes of all chunks before sealing. */
  readonly plain_bytes: number
}

/** What a repository holds, from its index alone: only metadata is read. */
export async function repositoryStatistics(repository: Repository): Promise<RepositoryStatistics> {
  return repository.audited(
    'stats',
    () => statisticsOf(repository),
    ({ snapshots, packs }) => ({ snapshots, packs }),
  )
}

async function statisticsOf(repository: Repository): Promise<RepositoryStatistics> {
  const snapshots = await repository.snapshots()
  await repository.loadIndex()
  const packs = repository.index.packs()
  let stored_bytes = 0
  let plain_bytes = 0
  let chunks = 0
  let markedPacks = 0
  for (const pack of packs) {
    stored_bytes += pack.size
    for (const bytes of pack.plain_bytes) plain_bytes += bytes
    chunks += pack.entries.length
    if (repository.index.markedAt(pack.name) !== undefined) markedPacks++
  }
  const [oldest, newest] = [snapshots[0]?.time, snapshots.at(-1)?.time]
  return {
    snapshots: snapshots.length,
    ...(oldest === undefined ? {} : { oldest }),
    ...(newest === undefined ? {} : { newest }),
    source_bytes: snapshots.reduce((sum, snapshot) => sum + snapshot.source_bytes, 0),
    packs: packs.length,
    markedPacks,
    stored_bytes,
    chunks,
    plain_bytes,
  }
}
