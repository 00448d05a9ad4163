import { isMapping } from './document.ts'
import type { Path } from './document.ts'
import { didYouMean } from './nearest-word.ts'

/** Values that replace a scenario's own, by dotted path: `links.wan.bandwidth`, `strategies.nightly.backup.at`. */
export type Settings = Readonly<Record<string, unknown>>

/** Whole sections that a scenario may leave out. */
const OPTIONAL_SECTIONS = ['prices', 'money']

const IN_TOPOLOGY = ['sites', 'nodes', 'stores', 'links']

/** A path that leads nowhere; the message says what exists instead. */
export class SettingError extends Error {}

/**
 * Sets values. Unlike a topology's overrides they may be anywhere in the document. A step into a list is an index from
 * 0, or a key that one of its entries has: `strategies.nightly.backup` is the first backup job. The last step may be
 * new, because many settings are optional; the schema checks it.
 * @returns the changed copy, and the place in the document that each path leads to
 * @throws SettingError
 */
export function setValues(
  content: Record<string, unknown>,
  settings: Settings,
): { content: Record<string, unknown>; targets: ReadonlyMap<string, Path> } {
  const changed = structuredClone(content)
  const targets = new Map<string, Path>()
  for (const [dotted, value] of Object.entries(settings)) targets.set(dotted, put(changed, dotted, value))
  return { content: changed, targets }
}

function put(content: Record<string, unknown>, dotted: string, value: unknown): Path {
  const written = dotted.split('.')
  const steps = IN_TOPOLOGY.includes(written[0] ?? '') && !('nodes' in content) ? ['topology', ...written] : written
  const target: (string | number)[] = []
  let place: unknown = content
  for (const [depth, step] of steps.entries()) {
    if (Array.isArray(place)) {
      const index = /^\d+$/.test(step) ? Number(step) : place.findIndex((item) => isMapping(item) && step in item)
      if (!(index >= 0 && index < place.length)) throw new SettingError(nowhere(dotted, step, keysOfItems(place)))
      target.push(index)
      if (String(index) === step) {
        if (depth === steps.length - 1) place[index] = value
        else place = place[index]
        continue
      }
      place = place[index]
    }
    if (!isMapping(place)) throw new SettingError(`${dotted}: there is nothing below '${steps[depth - 1]}' to change`)
    const last = depth === steps.length - 1
    const known = Object.keys(place)
    // Settings of a named thing may be absent; the thing itself must exist.
    const optional = OPTIONAL_SECTIONS.includes(steps[0]!)
    if (optional && depth === 0 && !last) place[step] ??= {}
    if (!Object.hasOwn(place, step) && (!last || (depth < 2 && !optional)))
      throw new SettingError(nowhere(dotted, step, known))
    target.push(step)
    if (last) place[step] = value
    else place = place[step]
  }
  return target
}

function keysOfItems(items: readonly unknown[]): string[] {
  return [...new Set(items.flatMap((item) => (isMapping(item) ? Object.keys(item) : [])))]
}

function nowhere(dotted: string, step: string, known: readonly string[]): string {
  return `${dotted}: there is no '${step}' to change${didYouMean(step, known) || `; there are ${known.join(', ')}`}`
}
