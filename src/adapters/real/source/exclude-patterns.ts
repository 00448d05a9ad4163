import type { NameBytes } from '../../../engine/ports.ts'

/** Whether an entry is left out, with everything in it. */
export type Exclusion = (path: NameBytes, isDirectory: boolean) => boolean

/** An invalid pattern; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/**
 * Patterns of file names as in restic: `*.tmp` and `cache/thumbs` at any depth, `/home/*\/.cache` from the root of the
 * file system, `**` for any number of folders; `?`, `[a-z]` and `[!a-z]` for one character, `\` before a literal one. A
 * pattern that ends with `/` matches directories only. The last match decides, and `!` before a pattern includes again
 * what an earlier one excludes; but excluded directories are not searched.
 * @param ignoreCase whether 'a' and 'A' are the same
 * @throws PatternError
 */
export function exclusionBy(patterns: readonly string[], { ignoreCase = false } = {}): Exclusion {
  const rules = patterns.map((pattern) => ruleOf(pattern, ignoreCase))
  return (path, isDirectory) => {
    const text = textOf(path)
    let isOut = false
    for (const { pattern, takesIn, directoriesOnly } of rules)
      if ((isDirectory || !directoriesOnly) && isOut === takesIn && pattern.test(text)) isOut = !takesIn
    return isOut
  }
}

/**
 * Whether patterns of this kind could match anything below a directory: those that begin at the root of the file system
 * can match only where their beginning leads.
 */
export function reachOf(patterns: readonly string[], { ignoreCase = false } = {}): (directory: NameBytes) => boolean {
  const ways = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) =>
      pattern.startsWith('/')
        ? partsOf(pattern).map((part) => (part === '**' ? part : nameRule(part, pattern, ignoreCase)))
        : undefined,
    )
  return (directory) => {
    const names = partsOf(textOf(directory))
    return ways.some((way) => way === undefined || leadsOn(way, names))
  }
}

/** Whether the path to a pattern's matches goes through the directory with these names. */
function leadsOn(way: ReadonlyArray<RegExp | '**'>, names: readonly string[]): boolean {
  for (const [at, name] of names.entries()) {
    const rule = way[at]
    if (rule === undefined) return false
    if (rule === '**') return true
    if (!rule.test(name)) return false
  }
  return way.length > names.length
}

const nameRule = (part: string, written: string, ignoreCase: boolean): RegExp =>
  new RegExp(`^${glob(part, written)}$`, ignoreCase ? 'isu' : 'su')

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '')

/** The patterns in a file: one per line; empty lines and those that begin with # are ignored. */
export function patternsIn(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
}

interface Rule {
  readonly pattern: RegExp
  readonly takesIn: boolean
  readonly directoriesOnly: boolean
}

function ruleOf(written: string, ignoreCase: boolean): Rule {
  const takesIn = written.startsWith('!')
  const text = (takesIn ? written.slice(1) : written).replace(/^\.\//, '')
  const parts = partsOf(text)
  if (parts.length === 0) throw new PatternError(`the pattern '${written}' leaves out everything or nothing`)
  if (parts.includes('..') || parts.includes('.'))
    throw new PatternError(`the pattern '${written}' matches nothing: paths have no '.' and '..' in them`)
  const source = parts.map((part, at) =>
    part === '**' ? `(?:/[^/]+)${at === parts.length - 1 ? '+' : '*'}` : `/${glob(part, written)}`,
  )
  return {
    pattern: new RegExp(`^${text.startsWith('/') ? '' : '(?:/[^/]+)*?'}${source.join('')}$`, ignoreCase ? 'isu' : 'su'),
    takesIn,
    directoriesOnly: text.endsWith('/'),
  }
}

/** One name of a pattern as a regular expression. */
function glob(part: string, written: string): string {
  return part.replace(/\\(.)|\[(!|\^)?(\]?[^\]]*)\]|([*?])|[\\^$+.()|{}[\]]/gsu, (found, literal, not, set, wild) => {
    if (wild !== undefined) return wild === '*' ? '[^/]*' : '[^/]'
    if (literal !== undefined) return escaped(literal)
    if (set === undefined) return escaped(found)
    const members = `[${not === undefined ? '' : '^'}${set.replace(/[\\[\]^&|~]/g, '\\$&')}]`
    try {
      return new RegExp(members, 'u').source
    } catch {
      throw new PatternError(`the pattern '${written}' has a set of characters that cannot be understood: ${found}`)
    }
  })
}

const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&')

/** A path of bytes as text; most are ASCII, and need no conversion. */
function textOf(path: NameBytes): string {
  return /[\u0080-\u00FF]/.test(path) ? Buffer.from(path, 'latin1').toString('utf8') : path
}
