import type { NameBytes } from '../ports.ts'

export type PathFilter = (path: NameBytes, isDirectory: boolean) => boolean

/** Which entries of a snapshot are wanted. By default all of them. */
export interface EntryFilter {
  /** Only entries that match, with everything below them. */
  readonly include?: PathFilter
  /**
   * Whether `include` could match anything below a directory; directories where it could not are not read. Default:
   * anywhere.
   */
  readonly mayIncludeBelow?: (directory: NameBytes) => boolean
  /** Excludes entries that match, with everything below them. */
  readonly exclude?: PathFilter
}

/**
 * How a filter applies to an entry. `whole`: it is wanted, with everything below it that is not excluded. `leading`: it
 * is not wanted itself, but something below it may be. `no`: neither.
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
