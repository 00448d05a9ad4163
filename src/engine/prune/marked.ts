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
  const { liveness } = repository.cache
  // What no snapshot needs, this one does not; what is needed may have been copied before the pack was marked.
  const isNeeded = (entry: number): boolean => liveness!.isNeeded(entry) && index.storedAs(entry) === entry
  if (liveness?.counts(snapshot) === true && !suspects.some(({ entries }) => entries.some(isNeeded))) return false
  if (suspects.length === 0) return false
  try {
    const needed = await neededEntries(repository, [snapshot])
    return suspects.some(({ entries }) => entries.some((entry) => needed[entry] === 1))
  } catch (error) {
    if (error instanceof RepositoryFormatError) return true
    throw error
  }
}
