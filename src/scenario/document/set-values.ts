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
 * 0, a key that one of its entries has, or the name of a job: `strategies.nightly.backup` is the first backup job. `jobs`
 * of a strategy may be left out, as in the scenario. The last step may be new, because many settings are optional; the
 * schema checks it.
 * @returns the changed copy, and the place in the document that each path leads to
 * @throws SettingError
 */
export function setValues(
  content: Record<string, unknown>,
  settings: Settings,
): { content: Record<string, unknown>; targets: ReadonlyMap<string, Path> } {
  const changed = copyOf(content)
  const targets = new Map<string, Path>()
  for (const [dotted, value] of Object.entries(settings)) targets.set(dotted, put(changed, dotted, value))
  return { content: changed, targets }
}

/** What an alias of YAML stands for in several places becomes several things, of which one can be changed. */
function copyOf<T>(value: T): T
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => copyOf(item))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]))
}

function put(content: Record<string, unknown>, dotted: string, value: unknown): Path {
  const written = dotted.split('.')
  const steps = inFull(content, written)
  const target: (string | number)[] = []
  let place: unknown = content
  for (const [depth, step] of steps.entries()) {
    if (Array.isArray(place)) {
      const within = stepsInto(place, step)
      if (within === undefined) throw new SettingError(nowhere(dotted, step, wordsOf(place)))
      const [index, key] = within
      const last = key ?? index
      const holder: unknown = key === undefined ? place : place[index]
      target.push(...(key === undefined ? [index] : [index, key]))
      if (depth < steps.length - 1) place = at(holder, last)
      else if (Array.isArray(holder)) holder[Number(last)] = value
      else if (isMapping(holder)) holder[last] = value
      continue
    }
    if (!isMapping(place)) throw new SettingError(`${dotted}: there is nothing below '${steps[depth - 1]}' to change`)
    const last = depth === steps.length - 1
    const known = [...Object.keys(place), ...(Array.isArray(place['jobs']) ? wordsOf(place['jobs']) : [])]
    // Settings of a named thing may be absent; the thing itself must exist.
    const optional = OPTIONAL_SECTIONS.includes(steps[0]!)
    if (optional && depth === 0 && !last) place[step] ??= {}
    if (!Object.hasOwn(place, step) && (!last || (depth < 2 && !optional)))
      throw new SettingError(depth === 0 ? notAtTheTop(dotted, step, content) : nowhere(dotted, step, known))
    target.push(step)
    if (last) place[step] = value
    else place = place[step]
  }
  return target
}

/** What may be left out is put in: `topology`, and `jobs` of a strategy that has more than jobs. */
function inFull(content: Record<string, unknown>, written: readonly string[]): readonly string[] {
  const [section = '', name = '', step = '', ...rest] = written
  if (IN_TOPOLOGY.includes(section) && !('nodes' in content)) return ['topology', ...written]
  const jobs = section === 'strategies' ? at(at(at(content, section), name), 'jobs') : undefined
  if (!Array.isArray(jobs) || stepsInto(jobs, step) === undefined) return written
  return [section, name, 'jobs', step, ...rest]
}

/** Where a step into a list leads: to an entry by its number, or to what it has under a key, or with a name. */
function stepsInto(items: readonly unknown[], step: string): readonly [index: number, key?: string] | undefined {
  if (/^\d+$/.test(step)) return Number(step) < items.length ? [Number(step)] : undefined
  const byKey = items.findIndex((item) => isMapping(item) && step in item)
  if (byKey >= 0) return [byKey, step]
  for (const [index, item] of items.entries()) {
    const key = keysOf(item).find((each) => at(at(item, each), 'name') === step)
    if (key !== undefined) return [index, key]
  }
  return undefined
}

function at(place: unknown, step: string | number): unknown {
  if (Array.isArray(place)) return place[Number(step)]
  return isMapping(place) ? place[step] : undefined
}

function keysOf(item: unknown): string[] {
  return isMapping(item) ? Object.keys(item) : []
}

/** Keys and names of the entries of a list. */
function wordsOf(items: readonly unknown[]): string[] {
  const words = items.flatMap((item) => [...keysOf(item), ...keysOf(item).map((key) => at(at(item, key), 'name'))])
  return [...new Set(words)].filter((word) => typeof word === 'string')
}

function nowhere(dotted: string, step: string, known: readonly string[]): string {
  return `${dotted}: there is no '${step}' to change${didYouMean(step, known) || `; there are ${known.join(', ')}`}`
}

/** 'wan.bandwidth' instead of 'links.wan.bandwidth': whoever has one link thinks of its name first. */
function notAtTheTop(dotted: string, step: string, content: Record<string, unknown>): string {
  const topology = isMapping(content['topology']) ? content['topology'] : {}
  const [section] = Object.entries({ ...topology, ...content }).find(([, own]) => isMapping(own) && step in own) ?? []
  const known = [...Object.keys(content), ...IN_TOPOLOGY]
  return section === undefined
    ? nowhere(dotted, step, known)
    : `${dotted}: there is no '${step}' at the top; did you mean '${section}.${dotted}'?`
}
