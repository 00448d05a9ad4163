import { PatternError, exclusionBy } from '../../adapters/real/exclude-patterns.ts'
import type { Exclusion } from '../../adapters/real/exclude-patterns.ts'
import { UsageError } from '../exit.ts'

/** What patterns that were typed match; one that cannot be understood is a mistake of the command line. */
export function matching(patterns: readonly string[]): Exclusion {
  try {
    return exclusionBy(patterns)
  } catch (error) {
    throw error instanceof PatternError ? new UsageError(error.message) : error
  }
}
