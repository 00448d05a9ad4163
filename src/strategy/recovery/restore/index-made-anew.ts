import { EngineError } from '../../../engine/errors.ts'
import { needsRepair, repair } from '../../../engine/index.ts'
import type { Repository } from '../../../engine/index.ts'

/**
 * Makes the index anew from the packs where it does not lead to all of them: index files are damaged, or somebody has deleted
 * them. False when there was nothing to do, or it is not possible, or not allowed.
 */
export async function isIndexMadeAnew(repository: Repository): Promise<boolean> {
  try {
    if (!(await needsRepair(repository))) return false
    await repair(repository)
    return true
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return false
  }
}
