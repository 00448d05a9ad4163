import { EngineError } from '../errors.ts'
import type { EntryKind, NameBytes, RestoreTarget } from '../ports.ts'
import type { EntryFilter } from './filter.ts'
import type { Selection } from './selection.ts'

export interface Surplus {
  readonly path: NameBytes
  readonly kind: EntryKind
}

/**
 * What lies in a target beside what a snapshot has there, what is in a directory before the directory: only in directories that are
 * restored whole, and nothing that the filter excludes.
 * @param all    what the filter was given
 * @param wanted what it left of it
 * @param isAll  whether the root is among what is restored whole
 */
export async function surplusOf(
  target: RestoreTarget,
  all: Selection,
  wanted: Selection,
  isAll: boolean,
  { exclude }: EntryFilter,
): Promise<Surplus[]> {
  if (target.list === undefined) throw new EngineError('this place cannot say what is in it: nothing is removed there')
  const known = new Set([...all.leading, ...all.entries].map(({ path }) => path))
  const surplus: Surplus[] = []
  /** Whether everything below a directory may go. */
  const collect = async (directory: NameBytes): Promise<boolean> => {
    let isWhole = true
    for (const { name, kind } of (await target.list?.(directory)) ?? []) {
      const path = directory === '' ? name : `${directory}/${name}`
      if (known.has(path)) continue
      const goes = exclude?.(path, kind === 'directory') !== true && (kind !== 'directory' || (await collect(path)))
      if (goes) surplus.push({ path, kind })
      else isWhole = false
    }
    return isWhole
  }
  if (isAll) await collect('')
  for (const { path, entry } of wanted.entries) if (entry.kind === 'directory') await collect(path)
  return surplus
}

/** Whether a selection holds the root itself, with all that is in it. */
export function holdsRoot(only: readonly NameBytes[] | undefined, { include }: EntryFilter): boolean {
  return only === undefined && include === undefined
}
