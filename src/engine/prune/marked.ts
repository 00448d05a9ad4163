import { RepositoryFormatError } from '../errors.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { neededEntries } from './use.ts'

/** Upper bound of the time between a prune's reading of the snapshots and the writing of its marks. */
const PRUNE_S = 86_400
/** Upper bound of the difference between the clocks of two clients. */
const SKEW_S = 3600

/**
 * Whether a snapshot needs chunks that only packs marked for deletion hold: a prune marked them while the snapshot was
 * being made. The next prune removes the marks, unless the snapshot is forgotten before; so a backup must not reuse
 * these chunks. Also true when the snapshot cannot be read completely.
 */
export async function leansOnMarkedPacks(repository: Repository, snapshot: Snapshot): Promise<boolean> {
  const { index } = repository
  // The snapshot did not reuse packs that were marked before it, and does not need those marked later.
  const suspects = index
    .markedPacks()
    .filter(({ markedAt }) => markedAt >= snapshot.time - PRUNE_S && markedAt <= snapshot.completed + SKEW_S)
    .map(({ pack }) => pack)
  if (suspects.length === 0) return false
  const { liveness } = repository.cache
  // What is needed may have been copied before its pack was marked.
  const isSuspected =
    liveness === undefined ||
    suspects.some(
      (pack) =>
        liveness.needsPack(pack) &&
        pack.entries.some((entry) => liveness.isNeeded(entry) && index.storedAs(entry) === entry),
    )
  // Otherwise nothing that the last prune counted needs them, so only what has been added since is examined.
  const isSettled = (address: string): boolean => !isSuspected && liveness.needs(address) !== undefined
  try {
    const needed = await neededEntries(repository, [snapshot], isSettled)
    return suspects.some(({ entries }) => entries.some((entry) => needed[entry] === 1))
  } catch (error) {
    if (error instanceof RepositoryFormatError) return true
    throw error
  }
}
