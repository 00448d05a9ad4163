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
  // What a prune remembers is of all snapshots, not of this one.
  const { needs } = repository.cache
  try {
    const needed = await neededEntries(repository, [snapshot])
    return suspects.some(({ entries }) => entries.some((entry) => needed[entry] === 1))
  } catch (error) {
    if (error instanceof RepositoryFormatError) return true
    throw error
  } finally {
    repository.cache.needs = needs
  }
}
