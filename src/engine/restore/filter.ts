import type { NameBytes } from '../ports.ts'

export type PathFilter = (path: NameBytes, isDirectory: boolean) => boolean

/** What of a snapshot is wanted. By default all of it. */
export interface EntryFilter {
  /** Only what this says yes to, with all that is below it. */
  readonly include?: PathFilter
  /** Whether `include` could say yes to something below a directory: where it could not, nothing is read. By default it could anywhere. */
  readonly mayIncludeBelow?: (directory: NameBytes) => boolean
  /** Not what this says yes to, nor anything below it. */
  readonly exclude?: PathFilter
}

/**
 * What a filter makes of an entry: `whole` it is wanted, with all below it that is not excluded; `leading` it is not, but something below
 * it may be; `no` neither is.
 * @param isInIncluded whether its directory is wanted itself
 */
export function standingOf(
  { include, mayIncludeBelow, exclude }: EntryFilter,
  path: NameBytes,
  isDirectory: boolean,
  isInIncluded: boolean,
): 'whole' | 'leading' | 'no' {
  if (exclude?.(path, isDirectory) === true) return 'no'
  if (isInIncluded || include === undefined || include(path, isDirectory)) return 'whole'
  return isDirectory && mayIncludeBelow?.(path) !== false ? 'leading' : 'no'
}

export const parentOf = (path: NameBytes): NameBytes => path.slice(0, Math.max(0, path.lastIndexOf('/')))
