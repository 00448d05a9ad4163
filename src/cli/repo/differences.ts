import type { TreeDifference } from '../../engine/index.ts'
import { shownPath } from './print.ts'

/** A difference between a directory and a snapshot, for programs: links lead to bytes, too. */
export function shownDifference({ path, difference, metadata }: TreeDifference): TreeDifference {
  const shown = metadata?.map(({ what, recorded, found }) => ({
    what,
    recorded: shownPath(recorded),
    found: shownPath(found),
  }))
  return { path: shownPath(path), difference, ...(shown === undefined ? {} : { metadata: shown }) }
}

/** The same for people: 'metadata: letters/anna (mode 0600 instead of 0644)'. */
export function differenceText(different: TreeDifference): string {
  const { path, difference, metadata = [] } = shownDifference(different)
  const what = metadata.map(({ what: name, recorded, found }) => `${name} ${found} instead of ${recorded}`).join(', ')
  return `${difference}: ${path === '' ? '(the directory itself)' : path}${what === '' ? '' : ` (${what})`}`
}
