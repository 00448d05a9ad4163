import type { CommandModule } from 'yargs'
import type { PrecisionGoal } from '../experiment/precision.ts'
import type { Results } from '../experiment/results.ts'
import { cellNames } from '../report/text/cell-names.ts'
import { RequirementNotMetError, UsageError } from './exit.ts'
import { wholeNumbers } from './options/execution.ts'
import { interruptedError, longRun, withResume } from './running/long-run.ts'
import type { LongRunArguments } from './running/long-run.ts'
import { settingsOf, withPrices } from './options/prices.ts'
import type { PricesArguments } from './options/prices.ts'
import { progressOf } from './running/progress.ts'
import { readShard, runOneShard } from './running/shard.ts'
import type { Plan } from './running/shard.ts'
import { OUTPUT_OPTIONS, showResults } from './running/show-results.ts'
import type { OutputArguments } from './running/show-results.ts'

interface RunArguments extends LongRunArguments, PricesArguments, OutputArguments {
  scenario: string
  out: string
  seed: string | undefined
  replications: number | undefined
  precision: string | undefined
  'max-replications': number
  'natural-worlds': number | undefined
  shard: string | undefined
  require: string | undefined
}

/** `firedrill run SCENARIO` */
export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <scenario>',
  describe: 'Simulate a scenario and report RPO, RTO, data loss, bandwidth and cost',
  builder: (yargs) =>
    withPrices(withResume(yargs))
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
        describe: 'Add drills until the 95 % intervals of the mean RPO and RTO are this narrow: "5 %"',
      })
      .option('max-replications', {
        type: 'number',
        default: 2000,
        requiresArg: true,
        describe: 'With --precision: maximum number of drills of each hazard',
      })
      .option('natural-worlds', {
        type: 'number',
        requiresArg: true,
        describe: 'Also simulate this many worlds in which hazards strike at their rates',
      })
      .options(OUTPUT_OPTIONS)
      .option('shard', {
        type: 'string',
        requiresArg: true,
        conflicts: ['precision', 'queue', 'resume', 'require'],
        describe: 'Run only a part, such as "2/8" on the second of 8 machines; combine them with firedrill merge',
      })
      .option('require', {
        type: 'string',
        requiresArg: true,
        describe: 'Exit with code 3 unless this strategy (or "all") meets its objectives on every topology',
      })
      .example('$0 run scenarios/smb-321.yaml', 'compare two strategies for a small office')
      .example('$0 run plan.yaml --seed 7 --replications 500', 'another seed, narrower intervals')
      .example('$0 run plan.yaml --json | jq .cells', 'results for another program')
      .example('$0 run plan.yaml --format markdown >> ticket.md', 'results for people elsewhere'),
  async handler(args) {
    const { replications, 'max-replications': max, 'natural-worlds': naturalWorlds } = args
    wholeNumbers({ replications, 'max-replications': max, 'natural-worlds': naturalWorlds })
    const shard = args.shard === undefined ? undefined : readShard(args.shard)
    const precision = args.precision === undefined ? undefined : goalOf(args.precision, max)
    const { loadScenario } = await import('../scenario/load.ts')
    const scenario = await loadScenario(args.scenario, await settingsOf(args))
    checkRequirement(
      args.require,
      scenario.strategies.map((strategy) => strategy.name),
    )
    const plan: Plan = {
      seed: args.seed ?? scenario.seed,
      ...(replications === undefined ? {} : { replications }),
      naturalWorlds: naturalWorlds ?? scenario.experiment.naturalWorlds,
      ...(precision === undefined ? {} : { precision }),
    }
    if (shard !== undefined) {
      await runOneShard(scenario, plan, shard, args)
      return
    }
    const { run } = await import('../experiment/run.ts')
    const { result: results } = await longRun(
      scenario,
      { command: 'run', ...plan },
      args,
      ({ execute, signal, show }) =>
        run(scenario, { ...plan, execute, signal, onProgress: (progress) => show(progressOf(progress)) }),
    )
    await showResults(results, scenario, args)
    if (results.interrupted !== undefined) throw interruptedError(results.warnings.at(-1)!)
    requireObjectives(results, args.require)
  },
}

/** '5 %' or '5%' as 0.05. */
function goalOf(text: string, max: number): PrecisionGoal {
  const percent = Number(/^([\d.]+)\s*%$/.exec(text.trim())?.[1] ?? Number.NaN)
  if (percent > 0 && percent < 100) return { relative: percent / 100, max, of: ['rpo', 'rto'] }
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
  const names = failing.map(cellNames(results.cells))
  throw new RequirementNotMetError(`objectives are not met by ${names.join(', ')}`)
}
