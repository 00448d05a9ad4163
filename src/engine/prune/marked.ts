import { RepositoryFormatError } from '../errors.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { neededEntries } from './use.ts'

/** No prune takes longer between reading the snapshots and writing its marks. */
const PRUNE_S = 86_400
/** Clocks of two clients differ by no more. */
const SKEW_S = 3600

/**
 * Whether a snapshot needs chunks that only packs marked for deletion hold: a prune marked them while it was being made.
 * The next prune takes the marks back, unless the snapshot is forgotten before; so what leans on it must not lean on them.
 * True as well when it cannot be read whole.
 */
export async function leansOnMarkedPacks(repository: Repository, snapshot: Snapshot): Promise<boolean> {
  const { index } = repository
  // What was marked before, the snapshot did not lean on; what was marked later, it does not need.
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
  // Otherwise nothing that the last prune counted leans on them: what has come since is all that has to be looked at.
  const isSettled = (address: string): boolean => !isSuspected && liveness.needs(address) !== undefined
  try {
    const needed = await neededEntries(repository, [snapshot], isSettled)
    return suspects.some(({ entries }) => entries.some((entry) => needed[entry] === 1))
  } catch (error) {
    if (error instanceof RepositoryFormatError) return true
    throw error
  }
}
