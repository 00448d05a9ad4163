import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { Results } from '../experiment/results.ts'
import type { Format } from '../report/index.ts'
import { RequirementNotMetError, UsageError } from './exit.ts'
import { showProgress } from './progress.ts'

interface RunArguments {
  scenario: string
  seed: string | undefined
  replications: number | undefined
  precision: string | undefined
  'max-replications': number
  'natural-worlds': number | undefined
  out: string
  format: Format | undefined
  json: boolean | undefined
  threads: number | undefined
  require: string | undefined
}

/** Of report/formats.ts, which is loaded only when results are there. */
const FORMAT_NAMES: readonly Format[] = ['table', 'json', 'csv', 'ndjson', 'markdown']

/** `firedrill run SCENARIO` */
export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <scenario>',
  describe: 'Simulate a scenario and report RPO, RTO, data loss, bandwidth and cost',
  builder: (yargs) =>
    yargs
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('replications', {
        type: 'number',
        requiresArg: true,
        describe: 'Drills of each hazard in each strategy and topology',
      })
      .option('precision', {
        type: 'string',
        requiresArg: true,
        conflicts: 'replications',
        describe: 'Drills until 95 % intervals of the mean RPO and RTO are this narrow: "5 %"',
      })
      .option('max-replications', {
        type: 'number',
        default: 2000,
        requiresArg: true,
        describe: 'With --precision: drills of each hazard at most',
      })
      .option('natural-worlds', {
        type: 'number',
        requiresArg: true,
        describe: 'Also simulate so many worlds that hazards strike at their rates',
      })
      .option('out', { type: 'string', default: 'results', requiresArg: true, describe: 'Folder for results' })
      .option('format', {
        choices: FORMAT_NAMES,
        requiresArg: true,
        describe: 'How to print the results; table by default',
      })
      .option('json', { type: 'boolean', conflicts: 'format', describe: 'The same as --format json' })
      .option('threads', { type: 'number', requiresArg: true, describe: 'Worker threads; all cores by default' })
      .option('require', {
        type: 'string',
        requiresArg: true,
        describe: 'Exit with 3 unless this strategy (or "all") meets its objectives on every topology',
      })
      .example('$0 run scenarios/smb-321.yaml', 'compare two strategies for a small office')
      .example('$0 run plan.yaml --seed 7 --replications 500', 'other dice, narrower intervals')
      .example('$0 run plan.yaml --json | jq .cells', 'results for another program')
      .example('$0 run plan.yaml --format markdown >> ticket.md', 'results for people elsewhere'),
  async handler(args) {
    const { replications, threads, 'max-replications': max, 'natural-worlds': naturalWorlds } = args
    for (const [option, value] of Object.entries({
      replications,
      threads,
      'max-replications': max,
      'natural-worlds': naturalWorlds,
    })) {
      if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
        throw new UsageError(`--${option} takes a whole number from 1 up`)
      }
    }
    // Loaded when it is wanted only: it takes longer than many a command on a repository.
    const [{ onThreads }, { run }, { FORMATS, writeResults }, { loadScenario }] = await Promise.all([
      import('../experiment/execution/threads.ts'),
      import('../experiment/run.ts'),
      import('../report/index.ts'),
      import('../scenario/load.ts'),
    ])
    const scenario = await loadScenario(args.scenario)
    checkRequirement(
      args.require,
      scenario.strategies.map((strategy) => strategy.name),
    )
    const progress = showProgress()
    const results = await run(scenario, {
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      ...(replications === undefined ? {} : { replications }),
      ...(args.precision === undefined
        ? {}
        : { precision: { relative: shareOf(args.precision), max, of: ['rpo', 'rto'] } }),
      ...(naturalWorlds === undefined ? {} : { naturalWorlds }),
      execute: onThreads(threads),
      onProgress: progress.update,
    })
    progress.end()
    const folder = join(args.out, scenario.id, results.digest.slice(0, 12))
    await writeResults(results, scenario.text, folder, { scenarioPath: args.scenario })
    const missed = precisionMissed(results)
    if (missed !== undefined) process.stderr.write(`firedrill: ${missed}\n`)
    const format = args.json === true ? 'json' : (args.format ?? 'table')
    await FORMATS[format](results, process.stdout)
    // What is printed for programs is nothing but results.
    const report = `Report: ${join(folder, 'report.html')}\n`
    if (format === 'table') process.stdout.write(`\n${report}`)
    else process.stderr.write(report)
    requireObjectives(results, args.require)
  },
}

function precisionMissed({ precision, replications }: Results): string | undefined {
  if (precision === undefined || precision.reached) return undefined
  const [goal, got] = [precision.goal, precision.relative].map((share) => `±${(100 * share).toPrecision(2)} %`)
  return `after ${replications} drills the ${precision.where} is known to ${got}, not to ${goal}; raise the maximum`
}

/** '5 %' or '5%' as 0.05. */
function shareOf(text: string): number {
  const percent = Number(/^([\d.]+)\s*%$/.exec(text.trim())?.[1] ?? Number.NaN)
  if (percent > 0) return percent / 100
  throw new UsageError(`--precision ${text}: expected a share of the mean such as "5 %"`)
}

function checkRequirement(required: string | undefined, strategies: readonly string[]): void {
  if (required === undefined || required === 'all' || strategies.includes(required)) return
  throw new UsageError(`--require ${required}: no such strategy; there are ${strategies.join(', ')}, or all`)
}

function requireObjectives(results: Results, required: string | undefined): void {
  if (required === undefined) return
  const failing = results.cells.filter(
    (cell) => (required === 'all' || cell.strategy === required) && !cell.objectiveMet,
  )
  if (failing.length === 0) return
  const names = failing.map((cell) => `${cell.strategy} on ${cell.topology}`)
  throw new RequirementNotMetError(`objectives are not met by ${names.join(', ')}`)
}
