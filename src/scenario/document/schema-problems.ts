import type { z } from 'zod'
import { valueAt } from './document.ts'
import type { Path } from './document.ts'
import { whereItBelongs } from './misplaced.ts'
import { didYouMean, nearestWord } from './nearest-word.ts'
import { pathText } from './problems.ts'
import type { Problem } from './problems.ts'
import { describe } from '../quantities/quantity.ts'

/** Translates zod's issues to problems of the scenario; `content` is what was checked. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], content: unknown, base: Path = []): Problem[] {
  const problems = issues.flatMap((issue) => problemsOfIssue(issue, content, base))
  // A key that was misspelt is not also reported as missing.
  const meant = new Set(problems.flatMap((problem) => (problem.meant === undefined ? [] : [pathText(problem.meant)])))
  const cut = new Set(problems.flatMap((problem) => cutByComma(problem, content)))
  return problems.filter(({ path, message }) => {
    const isMeant = message.startsWith('is missing') && meant.has(pathText(path))
    return !isMeant && !cut.has(pathText(path))
  })
}

/**
 * The value before a decimal comma inside { }: what follows the comma was read as another key, and is wrong only
 * because of it.
 */
function cutByComma({ path, part }: Problem, content: unknown): string[] {
  const key = path.at(-1)
  if (part !== 'key' || typeof key !== 'string' || !BEGINS_WITH_DIGIT.test(key)) return []
  const mapping = path.slice(0, -1)
  const keys = Object.keys(valueAt(content, mapping) ?? {})
  const before = keys[keys.indexOf(key) - 1]
  return before === undefined ? [] : [pathText([...mapping, before])]
}

function problemsOfIssue(issue: z.core.$ZodIssue, content: unknown, base: Path): Problem[] {
  const path = [...base, ...pathOf(issue)]
  const value = valueAt(content, path)
  if (issue.message.startsWith('is missing') || issue.message.startsWith('found ')) {
    return [{ path, message: issue.message }]
  }
  switch (issue.code) {
    case 'unrecognized_keys': {
      // The message of such an issue is the list of known keys: schema/section.ts.
      const known = issue.message.split(' ')
      return issue.keys.map((key) => {
        const near = nearestWord(key, known)
        const remedy = BEGINS_WITH_DIGIT.test(key)
          ? `; inside { } a comma ends a value: ${THOUSANDS.test(key) ? 'thousands have none, as in 5000 or 5k' : 'decimals have a point, as in 1.5 GB'}`
          : near === undefined
            ? `; there are ${known.join(', ')}${whereItBelongs(key, valueAt(value, [key]), path)}`
            : `; did you mean '${near}'?`
        return {
          path: [...path, key],
          part: 'key',
          message: `unknown key '${key}'${remedy}`,
          ...(near === undefined ? {} : { meant: [...path, near] }),
        }
      })
    }
    case 'invalid_union': {
      if (issue.discriminator !== undefined && issue.errors.length === 0) {
        return [
          { path, message: choice(value, 'options' in issue && Array.isArray(issue.options) ? issue.options : []) },
        ]
      }
      return problemsOfUnion(issue, value, content, path)
    }
    case 'invalid_value':
      return [{ path, message: choice(value, issue.values) }]
    case 'invalid_type':
      return [
        {
          path,
          message: `${found(value)}; expected ${KINDS[issue.expected] ?? issue.expected}${asList(value, issue.expected)}`,
        },
      ]
    case 'too_small':
      if (issue.origin === 'array' && issue.minimum === 1) {
        return [{ path, message: 'is an empty list; expected at least one entry' }]
      }
      if (issue.origin === 'string') return [{ path, message: issue.message }]
      return [{ path, message: `${found(value)}; expected at least ${issue.minimum}${entries(issue.origin)}` }]
    case 'too_big':
      return [{ path, message: `${found(value)}; expected at most ${issue.maximum}${entries(issue.origin)}` }]
    case 'invalid_key':
      return [
        {
          path,
          part: 'key',
          message: `'${shortened(String(path.at(-1)))}' is not a name; expected at most 100 letters, digits, - and _, beginning with a letter or digit`,
        },
      ]
    case 'invalid_format':
      return [
        {
          path,
          message: `${found(value)}; expected at most 100 letters, digits, - and _, beginning with a letter or digit`,
        },
      ]
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      break
  }
  return [{ path, message: issue.message }]
}

/** Shortens a name that is too long to be read in a message. */
function shortened(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`
}

/** The '5 GB' of 'size: 1,5 GB'. */
const BEGINS_WITH_DIGIT = /^\d/
/** The '000' of 'files: 5,000'. */
const THOUSANDS = /^\d{3}\b/

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'a mapping, { key: value }',
  record: 'a mapping from names, { name: { … } }',
  array: 'a list, [ … ]',
  tuple: 'a list, [ … ]',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
}

/** A hint for names where a list of them is expected: they only need brackets. */
function asList(value: unknown, expected: string): string {
  const names = listed(value)
  const least = expected === 'array' ? 1 : expected === 'tuple' ? 2 : Infinity
  return names.length >= least ? `; did you mean [${names.join(', ')}]?` : ''
}

/** The names in 'fire, deletion'; none where it is a sentence. */
function listed(value: unknown): string[] {
  return typeof value === 'string' && /^[\w-]+(?:,? +[\w-]+)*$/.test(value) ? value.split(/,? +/) : []
}

function found(value: unknown): string {
  if (value === undefined) return 'is missing'
  if (value === null) return 'has no value'
  return `found ${describe(value)}`
}

function entries(origin: string): string {
  return origin === 'array' ? ' entries' : ''
}

function choice(value: unknown, options: readonly unknown[]): string {
  const words = options.map(String)
  const expected = words.length === 1 ? words[0] : `one of ${words.join(', ')}`
  const word = typeof value === 'number' ? String(value) : value
  const suggestion = typeof word === 'string' ? didYouMean(word, words) || elsewhere(word, words) : ''
  return `${found(value)}; expected ${expected}${suggestion}`
}

/** A hint for a type of backup that is a job of its own here. */
function elsewhere(word: string, words: readonly string[]): string {
  const isSynthetic = /^synth/i.test(word) && words.includes('full')
  return isSynthetic ? '; a synthetic full is a job of its own, synthesise: { dataset, store, at }' : ''
}

/** Distance of a value that matches none of the shapes. */
const ANOTHER_SHAPE = 1000
/** zod's message where the schema has none of its own. */
const ZOD_DEFAULT = 'Invalid input'

/** For a value with several possible shapes: the problems of the shape that it is nearest to. */
function problemsOfUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, content: unknown, path: Path): Problem[] {
  const asNames = listed(value).length < 2 ? undefined : issue.errors.find(wantsList)
  if (asNames !== undefined) return problemsOf(asNames, content, path)
  const distances = issue.errors.map((issues) => distanceOf(issues, value))
  const least = Math.min(...distances)
  if (least >= ANOTHER_SHAPE && issue.message !== ZOD_DEFAULT) {
    return [{ path, message: `${found(value)}; ${issue.message}` }]
  }
  return problemsOf(issue.errors[distances.indexOf(least)] ?? [], content, path)
}

function wantsList([first]: readonly z.core.$ZodIssue[]): boolean {
  return first?.code === 'invalid_type' && first.expected === 'array' && first.path.length === 0
}

function distanceOf(issues: readonly z.core.$ZodIssue[], value: unknown): number {
  let distance = 0
  for (const issue of issues) {
    const outermost = issue.path.length === 0
    const missing = valueAt(value, pathOf(issue)) === undefined
    if (issue.code === 'unrecognized_keys') distance += 10 * issue.keys.length
    else if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const inner = valueAt(value, pathOf(issue))
      distance += Math.min(...issue.errors.map((branch) => distanceOf(branch, inner)))
    } else if (issue.code === 'invalid_union' && missing) {
      // The key that tells the shapes apart is missing. At the top this means another shape; further down it was
      // forgotten.
      distance += issue.path.length <= 1 ? ANOTHER_SHAPE : 20
    } else if (issue.code === 'invalid_union') distance += 1
    else if (outermost && (issue.code === 'invalid_type' || isAnotherShape(issue))) distance += ANOTHER_SHAPE
    else distance += missing ? 20 : 1
  }
  return distance
}

function isAnotherShape(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.['shape'] === true
}
