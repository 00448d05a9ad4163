import { isMapping } from './document.ts'
import type { Path } from './document.ts'
import { didYouMean } from './nearest-word.ts'
import type { Problem } from './problems.ts'

const IN_TOPOLOGY = ['sites', 'nodes', 'stores', 'links']
const AT_TOP = ['datasets', 'services', 'hazards']

/** A document with some of its values replaced, and the places of the replacements in the file. */
export interface OverriddenContent {
  readonly content: unknown
  readonly problems: readonly Problem[]
  /** Maps a path in the overridden document to the path in the file. */
  readonly origin: (path: Path) => Path
}

/**
 * Replaces values by dotted path, `links.wan.bandwidth`. All parts of a path but the last must exist; the schema checks
 * the rest.
 * @param at path of the overrides in the file
 */
export function override(
  base: Record<string, unknown>,
  overrides: Readonly<Record<string, unknown>>,
  at: Path,
): OverriddenContent {
  const content = structuredClone(base)
  const problems: Problem[] = []
  const replaced: { readonly target: Path; readonly source: Path }[] = []
  for (const [dotted, value] of Object.entries(overrides)) {
    const source = [...at, dotted]
    const steps = dotted.split('.')
    const [section = ''] = steps
    if (!IN_TOPOLOGY.includes(section) && !AT_TOP.includes(section)) {
      const known = [...IN_TOPOLOGY, ...AT_TOP]
      const message = `'${section}' cannot be changed by a topology${didYouMean(section, known) || `; expected a path that begins with ${known.join(', ')}`}`
      problems.push({ path: source, message, part: 'key' })
      continue
    }
    const target = IN_TOPOLOGY.includes(section) ? ['topology', ...steps] : steps
    const problem = replace(content, target, value)
    if (problem === undefined) replaced.push({ target, source })
    else problems.push({ path: source, message: problem, part: 'key' })
  }
  const origin = (path: Path): Path => {
    const hit = replaced.findLast(({ target }) => target.every((step, depth) => path[depth] === step))
    return hit === undefined ? path : [...hit.source, ...path.slice(hit.target.length)]
  }
  return { content, problems, origin }
}

/** Returns what is wrong with the path, if anything. */
function replace(content: Record<string, unknown>, target: readonly string[], value: unknown): string | undefined {
  let place: Record<string, unknown> = content
  for (const step of target.slice(0, -1)) {
    const next = Object.hasOwn(place, step) ? place[step] : undefined
    if (!isMapping(next)) {
      const known = Object.keys(place)
      return `there is no '${step}' to change${didYouMean(step, known) || `; there are ${known.join(', ')}`}`
    }
    place = next
  }
  const last = target.at(-1) ?? ''
  // Overrides change things and do not add any: a missing one may be a typo.
  if (target.length <= 3 && !Object.hasOwn(place, last)) {
    const known = Object.keys(place)
    return `there is no '${last}' to change${didYouMean(last, known) || `; there are ${known.join(', ')}`}`
  }
  place[last] = value
  return undefined
}
