import { EngineError } from '../../../engine/errors.ts'
import { needsRepair, repair } from '../../../engine/index.ts'
import type { Repository } from '../../../engine/index.ts'

/**
 * Rebuilds the index from the packs where it does not cover all of them, because index files are damaged or were
 * deleted.
 * @returns false when there was nothing to do, or it is not possible, or not allowed
 */
export async function rebuildIndexIfNeeded(repository: Repository): Promise<boolean> {
  try {
    if (!(await needsRepair(repository))) return false
    await repair(repository)
    return true
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return false
  }
}
