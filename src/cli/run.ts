import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { Results } from '../experiment/results.ts'
import { RequirementNotMetError, UsageError } from './exit.ts'
import { showProgress } from './progress.ts'

interface RunArguments {
  scenario: string
  seed: string | undefined
  replications: number | undefined
  out: string
  json: boolean
  threads: number | undefined
  require: string | undefined
}

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
      .option('out', { type: 'string', default: 'results', requiresArg: true, describe: 'Folder for results' })
      .option('json', { type: 'boolean', default: false, describe: 'Print summary.json instead of the table' })
      .option('threads', { type: 'number', requiresArg: true, describe: 'Worker threads; all cores by default' })
      .option('require', {
        type: 'string',
        requiresArg: true,
        describe: 'Exit with 3 unless this strategy (or "all") meets its objectives on every topology',
      })
      .example('$0 run scenarios/smb-321.yaml', 'compare two strategies for a small office')
      .example('$0 run plan.yaml --seed 7 --replications 500', 'other dice, narrower intervals')
      .example('$0 run plan.yaml --json | jq .cells', 'results for another program'),
  async handler(args) {
    const { replications, threads } = args
    for (const [option, value] of Object.entries({ replications, threads })) {
      if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
        throw new UsageError(`--${option} takes a whole number from 1 up`)
      }
    }
    // Loaded when it is wanted only: it takes longer than many a command on a repository.
    const [{ onThreads }, { run }, { summaryOf, terminalSummary, writeResults }, { loadScenario }] = await Promise.all([
      import('../experiment/pool.ts'),
      import('../experiment/run.ts'),
      import('../report/index.ts'),
      import('../scenario/load.ts'),
    ])
    const scenario = await loadScenario(args.scenario)
    checkRequirement(
      args.require,
      scenario.strategies.map((strategy) => strategy.name),
    )
    const progress = showProgress(scenario.strategies.length * scenario.topologies.length)
    const results = await run(scenario, {
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      ...(replications === undefined ? {} : { replications }),
      execute: onThreads(threads),
      onProgress: progress.update,
    })
    progress.end()
    const folder = join(args.out, scenario.id, results.digest.slice(0, 12))
    await writeResults(results, scenario.text, folder, { scenarioPath: args.scenario })
    if (args.json) process.stdout.write(`${JSON.stringify(summaryOf(results), undefined, 2)}\n`)
    else process.stdout.write(`${terminalSummary(results)}\nReport: ${join(folder, 'report.html')}\n`)
    requireObjectives(results, args.require)
  },
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
