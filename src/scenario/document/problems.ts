import type { Path, Place, ScenarioFile } from './document.ts'

/** Something wrong with a scenario: what was found and what was expected, in one line. */
export interface Problem {
  readonly path: Path
  readonly message: string
  /** Whether to show the key or the value. */
  readonly part?: 'key' | 'value'
  /** Path of the key that an unknown one was probably meant to be. */
  readonly meant?: Path
}

/** A problem with its place in the file. */
export interface PlacedProblem {
  readonly path: Path
  readonly message: string
  readonly place: Place
}

/** A scenario that cannot be run; the message names every problem with its place, and shows it. */
export class ScenarioError extends Error {
  readonly problems: readonly PlacedProblem[]

  constructor(message: string, problems: readonly PlacedProblem[] = []) {
    super(message)
    this.name = 'ScenarioError'
    this.problems = problems
  }
}

/** All problems of a file in one error, in the order of the file. */
export function scenarioError(file: ScenarioFile, problems: readonly PlacedProblem[]): ScenarioError {
  const texts = new Set<string>()
  const unique = problems.filter((problem) => {
    // One mistake may be found in several ways, and in every topology.
    const text = `${problem.place.line}:${problem.place.column} ${pathText(problem.path)}`
    return !texts.has(text) && texts.add(text)
  })
  unique.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  const heading = unique.length === 1 ? '' : `${file.path} has ${unique.length} problems\n`
  return new ScenarioError(heading + unique.map((problem) => show(file, problem)).join('\n'), unique)
}

/**
 * ```
 * plan.yaml:14:31  topology.links.wan.bandwidth: unknown unit 'mbps' in '100 mbps'; did you mean 'Mbit/s'?
 *   14 |     wan: { bandwidth: 100 mbps }
 *      |                       ^^^^^^^^
 * ```
 */
function show(file: ScenarioFile, { path, message, place }: PlacedProblem): string {
  const subject = path.length === 0 ? '' : `${pathText(path)}: `
  const heading = `${file.path}:${place.line}:${place.column}  ${subject}${message}`
  const whole = file.line(place.line)
  if (whole.trim() === '') return heading
  const from = whole.length <= LONGEST_LINE ? 0 : Math.max(0, place.column - 1 - LONGEST_LINE / 2)
  const line = whole.slice(from, from + LONGEST_LINE)
  const column = place.column - 1 - from
  const marks = '^'.repeat(Math.max(1, Math.min(place.length, line.length - column)))
  const margin = ' '.repeat(String(place.line).length)
  return `${heading}\n  ${place.line} | ${line}\n  ${margin} | ${' '.repeat(column)}${marks}`
}

/** A longer line is shortened to this many characters around the place. */
const LONGEST_LINE = 240

/** 'strategies.nightly[0].backup.to' */
export function pathText(path: Path): string {
  return path.map((step, depth) => (typeof step === 'number' ? `[${step}]` : depth === 0 ? step : `.${step}`)).join('')
}
