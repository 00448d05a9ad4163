import type { CommandModule } from 'yargs'
import type { LossProgress } from '../experiment/losses/index.ts'
import { UsageError } from './exit.ts'
import { wholeNumbers } from './options/execution.ts'
import { interruptedError, longRun, withCheckpoint } from './running/long-run.ts'
import type { LongRunArguments } from './running/long-run.ts'
import { settingsOf, withPrices } from './options/prices.ts'
import type { PricesArguments } from './options/prices.ts'
import type { Progress } from './running/progress.ts'
import { requireWritable, studied, withReport, writeReport } from './options/report-page.ts'
import type { ReportArguments } from './options/report-page.ts'

interface LossesArguments extends LongRunArguments, PricesArguments, ReportArguments {
  scenario: string
  window: string
  coinciding: number
  precision: number
  'max-drills': number
  seed: string | undefined
  json: boolean
}

/** `firedrill losses SCENARIO` */
export const lossesCommand: CommandModule<object, LossesArguments> = {
  command: 'losses <scenario>',
  describe: 'Estimate how often a service is lost for good, however rare that is',
  builder: (yargs) =>
    withReport(withPrices(withCheckpoint(yargs)))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('window', {
        type: 'string',
        default: '14 d',
        requiresArg: true,
        describe: 'Hazards within this time belong to one incident; about the time until everything is repaired',
      })
      .option('coinciding', {
        type: 'number',
        default: 3,
        requiresArg: true,
        describe: 'Maximum number of hazards at once; the rate of larger coincidences is reported',
      })
      .option('precision', {
        type: 'number',
        default: 10,
        requiresArg: true,
        describe: 'Continue until the standard error of each figure is this many percent',
      })
      .option('max-drills', {
        type: 'number',
        default: 5000,
        requiresArg: true,
        describe: 'Maximum number of cases for each strategy and topology',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('json', { type: 'boolean', default: false, describe: 'Print the figures as JSON' })
      .example('$0 losses scenarios/smb-321.yaml', 'is it one in a thousand years, or in a billion?')
      .example('$0 losses plan.yaml --window "3 d" --coinciding 2', 'whole again after three days, pairs only'),
  async handler(args) {
    const { coinciding, 'max-drills': maxDrills } = args
    wholeNumbers({ coinciding, 'max-drills': maxDrills })
    if (!(args.precision > 0)) throw new UsageError(`--precision ${args.precision}: expected percent, such as 10`)
    const [{ serviceLosses }, { lossesText }, { loadScenario }, { parseQuantity }] = await Promise.all([
      import('../experiment/losses/index.ts'),
      import('../report/text/losses-text.ts'),
      import('../scenario/load.ts'),
      import('../scenario/quantities/units.ts'),
    ])
    const window = parseQuantity(args.window, 'seconds')
    if (!('value' in window))
      throw new UsageError(`--window ${args.window}: ${window.problem}; expected a duration such as "30 d"`)
    requireWritable(args.report)
    const scenario = await loadScenario(args.scenario, await settingsOf(args))
    const plan = {
      seed: args.seed ?? scenario.seed,
      window_s: window.value,
      most: coinciding,
      relativeError: args.precision / 100,
      maxDrills,
    }
    const named = { command: 'losses', ...plan }
    const { result: found, interrupted } = await longRun(scenario, named, args, ({ execute, signal, show }) =>
      serviceLosses(scenario, { ...plan, execute, signal, onProgress: (progress) => show(progressOf(progress)) }),
    )
    process.stdout.write(args.json ? `${JSON.stringify(found, undefined, 2)}\n` : lossesText(found))
    await writeReport(
      args,
      async () => [await studied(scenario, args.seed)],
      async () => {
        const { lossesStudy } = await import('../report/studies/losses.ts')
        return lossesStudy(scenario.name, found)
      },
    )
    if (interrupted) throw interruptedError('interrupted; the figures are those of the cases staged by then')
  },
}

function progressOf({ round, share, relativeError }: LossProgress): Progress {
  const known = relativeError === undefined || !Number.isFinite(relativeError) ? undefined : relativeError
  return {
    what: `the cases of round ${round}`,
    share,
    known: known === undefined ? undefined : `errors up to ${(100 * known).toPrecision(2)} %`,
  }
}
