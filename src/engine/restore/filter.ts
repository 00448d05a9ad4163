import type { NameBytes } from '../ports.ts'
import type { Selected, Selection } from './selection.ts'

export type PathFilter = (path: NameBytes, isDirectory: boolean) => boolean

/** What of a selection is wanted. By default all of it. */
export interface EntryFilter {
  /** Only what this says yes to, with all that is below it. */
  readonly include?: PathFilter
  /** Not what this says yes to, nor anything below it. */
  readonly exclude?: PathFilter
}

/** What a filter leaves of a selection; directories that only lead to what is wanted are leading then. */
export function filtered(selection: Selection, { include, exclude }: EntryFilter): Selection {
  if (include === undefined && exclude === undefined) return selection
  const excluded = new Set<NameBytes>()
  const whole = new Set<NameBytes>()
  const others = new Map<NameBytes, Selected>(selection.leading.map((each) => [each.path, each]))
  const entries: Selected[] = []
  // Directories stand before what is in them.
  for (const selected of selection.entries) {
    const { path, entry } = selected
    const isDirectory = entry.kind === 'directory'
    const parent = parentOf(path)
    if (excluded.has(parent) || exclude?.(path, isDirectory) === true) {
      if (isDirectory) excluded.add(path)
    } else if (include === undefined || whole.has(parent) || include(path, isDirectory)) {
      entries.push(selected)
      if (isDirectory) whole.add(path)
    } else if (isDirectory) others.set(path, selected)
  }
  const leading = new Set<NameBytes>()
  for (const { path } of entries)
    for (let at = parentOf(path); at !== '' && !leading.has(at); at = parentOf(at)) leading.add(at)
  return { entries, leading: [...others.values()].filter(({ path }) => leading.has(path)) }
}

export const parentOf = (path: NameBytes): NameBytes => path.slice(0, Math.max(0, path.lastIndexOf('/')))
