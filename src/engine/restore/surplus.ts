import { EngineError } from '../errors.ts'
import type { EntryKind, NameBytes, RestoreTarget } from '../ports.ts'
import type { Selection, SelectionOptions } from './selection.ts'

export interface Surplus {
  readonly path: NameBytes
  readonly kind: EntryKind
}

/**
 * What a target holds in addition to the snapshot, contents before their directory: only in directories that are
 * restored whole, and nothing that the filter excludes.
 * @param selected what these options select
 */
export async function surplusOf(
  target: RestoreTarget,
  selected: Selection,
  options: SelectionOptions,
): Promise<Surplus[]> {
  if (target.list === undefined) throw new EngineError('this place cannot say what is in it: nothing is removed there')
  const { entries, leading, excluded } = selected
  const known = new Set([...[...leading, ...entries].map(({ path }) => path), ...excluded])
  const surplus: Surplus[] = []
  /** Returns whether everything below a directory may be removed. */
  const collect = async (directory: NameBytes): Promise<boolean> => {
    let isWhole = true
    for (const { name, kind } of (await target.list?.(directory)) ?? []) {
      const path = directory === '' ? name : `${directory}/${name}`
      if (known.has(path)) continue
      const goes =
        options.exclude?.(path, kind === 'directory') !== true && (kind !== 'directory' || (await collect(path)))
      if (goes) surplus.push({ path, kind })
      else isWhole = false
    }
    return isWhole
  }
  if (holdsRoot(options)) await collect('')
  for (const { path, entry } of entries) if (entry.kind === 'directory') await collect(path)
  return surplus
}

/** Whether these options select the root itself, with everything in it that is not excluded. */
export function holdsRoot({ only, include }: SelectionOptions): boolean {
  return only === undefined && include === undefined
}
