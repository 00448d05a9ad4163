import { PatternError, exclusionBy, reachOf } from '../../adapters/real/source/exclude-patterns.ts'
import type { Exclusion } from '../../adapters/real/source/exclude-patterns.ts'
import type { NameBytes } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'

/** What patterns that were typed match; one that cannot be understood is a mistake of the command line. */
export function matching(patterns: readonly string[], ignoring: { readonly ignoreCase?: boolean } = {}): Exclusion {
  try {
    return exclusionBy(patterns, ignoring)
  } catch (error) {
    throw error instanceof PatternError ? new UsageError(error.message) : error
  }
}

/**
 * Whether any of two lists of patterns could match something below a directory, the second whether written in capitals
 * or not.
 */
export function reachOfEither(
  patterns: readonly string[] = [],
  ofAnyCase: readonly string[] = [],
): (directory: NameBytes) => boolean {
  const reaches = [reachOf(patterns), reachOf(ofAnyCase, { ignoreCase: true })]
  return (directory) => reaches.some((mayMatchBelow) => mayMatchBelow(directory))
}

/**
 * What any of two lists of patterns matches, the second whether written in capitals or not; undefined where neither
 * says anything.
 */
export function matchingEither(
  patterns: readonly string[] = [],
  ofAnyCase: readonly string[] = [],
): Exclusion | undefined {
  const exclusions = [
    ...(patterns.length === 0 ? [] : [matching(patterns)]),
    ...(ofAnyCase.length === 0 ? [] : [matching(ofAnyCase, { ignoreCase: true })]),
  ]
  if (exclusions.length === 0) return undefined
  return (path, isDirectory) => exclusions.some((excludes) => excludes(path, isDirectory))
}
