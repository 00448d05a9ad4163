import { join } from 'node:path'
import type { Results } from '../../experiment/results.ts'
import type { Format } from '../../report/index.ts'
import type { Scenario } from '../../scenario/scenario.ts'

/** The formats of report/formats.ts, repeated here because that module is loaded only when there are results. */
const FORMAT_NAMES: readonly Format[] = ['table', 'json', 'csv', 'ndjson', 'markdown']

/** Options of commands that print results at their end. */
export const OUTPUT_OPTIONS = {
  out: { type: 'string', default: 'results', requiresArg: true, describe: 'Folder for results' },
  format: { choices: FORMAT_NAMES, requiresArg: true, describe: 'How to print the results; table by default' },
  json: { type: 'boolean', conflicts: 'format', describe: 'The same as --format json' },
} as const

export interface OutputArguments {
  readonly out: string
  readonly format: Format | undefined
  readonly json: boolean | undefined
}

/** Writes the results folder and prints the results. */
export async function showResults(results: Results, scenario: Scenario, args: OutputArguments): Promise<void> {
  const { FORMATS, writeResults } = await import('../../report/index.ts')
  const folder = join(args.out, scenario.id, results.digest.slice(0, 12))
  await writeResults(results, scenario.text, folder, { scenarioPath: scenario.path })
  const missed = precisionMissed(results)
  if (missed !== undefined) process.stderr.write(`firedrill: ${missed}\n`)
  const format = args.json === true ? 'json' : (args.format ?? 'table')
  await FORMATS[format](results, process.stdout)
  // In formats for programs, nothing but the results may be printed.
  const report = `Report: ${join(folder, 'report.html')}\n`
  if (format === 'table') process.stdout.write(`\n${report}`)
  else process.stderr.write(report)
}

function precisionMissed({ precision, replications, interrupted }: Results): string | undefined {
  if (precision === undefined || precision.reached || interrupted !== undefined) return undefined
  const [goal, got] = [precision.goal, precision.relative].map((share) => `±${(100 * share).toPrecision(2)} %`)
  return `after ${replications} drills the ${precision.where} is known to ${got}, not to ${goal}; raise the maximum`
}
