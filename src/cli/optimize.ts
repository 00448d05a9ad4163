import type { CommandModule } from 'yargs'
import type { OptimiseStage } from '../experiment/optimise.ts'
import type { SweepProgress } from '../experiment/sweep.ts'
import type { Settings } from '../scenario/set-values.ts'
import { UsageError } from './exit.ts'
import { wholeNumbers } from './execution.ts'
import { interruptedError, longRun, withCheckpoint } from './long-run.ts'
import type { LongRunArguments } from './long-run.ts'
import { settingsOf, withPrices } from './prices.ts'
import type { PricesArguments } from './prices.ts'
import { sweepProgressOf } from './progress.ts'

interface OptimizeArguments extends LongRunArguments, PricesArguments {
  scenario: string
  vary: string[]
  samples: number | undefined
  search: number | undefined
  share: number
  replications: number
  seed: string | undefined
  json: boolean
}

/** `firedrill optimize SCENARIO` */
export const optimizeCommand: CommandModule<object, OptimizeArguments> = {
  command: 'optimize <scenario>',
  describe: 'Find the cheapest strategy, topology and variant that meets the objectives',
  builder: (yargs) =>
    withPrices(withCheckpoint(yargs))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('vary', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'What may be changed besides: path=value,value,… or path=low..high',
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'So many points of a Latin hypercube of ranges',
      })
      .option('search', {
        type: 'number',
        requiresArg: true,
        conflicts: 'samples',
        describe: 'Where there are too many combinations: look at so many, each better than or next to the last',
      })
      .option('share', {
        type: 'number',
        default: 90,
        requiresArg: true,
        describe: 'Percent of incidents that have to meet each objective, with 95 % confidence',
      })
      .option('replications', {
        type: 'number',
        default: 60,
        requiresArg: true,
        describe: 'Drills of each hazard in what is not dropped after ten',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('json', { type: 'boolean', default: false, describe: 'Print candidates and optimum as JSON' })
      .example('$0 optimize plan.yaml', 'the cheapest of its strategies and topologies')
      .example('$0 optimize plan.yaml --vary … --vary … --search 60', 'the best of 60 among thousands')
      .example('$0 optimize plan.yaml --vary strategies.nightly.backup.at="every 6 h,every 12 h,every 24 h"', ''),
  async handler(args) {
    const { replications, samples, search } = args
    wholeNumbers({ replications, samples, search })
    const share = args.share / 100
    if (!(share > 0 && share < 1)) throw new UsageError(`--share ${args.share}: expected a percentage such as 90`)
    const { listsOf, rangesOf, readAxis } = await import('./vary.ts')
    const axes = args.vary.map(readAxis)
    const [design, { leastProportion }, optimising, { settled }, searching, report, { readScenario, parseScenario }] =
      await Promise.all([
        import('../experiment/design.ts'),
        import('../experiment/intervals.ts'),
        import('../experiment/optimise.ts'),
        import('../experiment/run.ts'),
        import('../experiment/search.ts'),
        import('../report/optimum.ts'),
        import('../scenario/load.ts'),
      ])
    if (leastProportion(replications, replications) < share) {
      throw new UsageError(
        `--replications ${replications}: even if all of them meet an objective, that is not known of ${args.share} % ` +
          'of incidents; ask for more drills or a smaller --share',
      )
    }
    const text = await readScenario(args.scenario)
    const seed = args.seed ?? parseScenario(text, args.scenario).seed
    const all = (): Settings[] => {
      if (samples === undefined) return design.grid(listsOf(axes))
      const ranges = rangesOf(axes, '--samples')
      return design.latinHypercube(axes.length, samples, seed).map((places) => design.settingsAt(ranges, places))
    }
    const base = await settingsOf(args)
    const scenario = parseScenario(text, args.scenario, base)
    const plan = { command: 'optimize', seed, vary: args.vary, samples, search, share, replications }
    const { result: optimum, interrupted } = await longRun(scenario, plan, args, async ({ execute, signal, show }) => {
      const onProgress = (stage: OptimiseStage, progress: SweepProgress): void => {
        show({ ...sweepProgressOf(progress), what: `${stage} of ${progress.variants} variants` })
      }
      // The same warm-up with all dice, where it is left to the worlds.
      const { settings } = await settled(scenario, { seed, execute, signal })
      const options = { seed, replications, share, base: settings, execute, signal, onProgress }
      const play = async (some: readonly Settings[]) => optimising.scoresOf(text, args.scenario, some, options)
      const points =
        search === undefined
          ? all()
          : await searching.searchVariants(listsOf(axes), { seed, budget: search, play, signal })
      return optimising.optimise(text, args.scenario, points, options)
    })
    if (args.json) process.stdout.write(`${JSON.stringify(optimum, undefined, 2)}\n`)
    else process.stdout.write(report.optimumText(optimum, share, 0.95))
    if (interrupted) {
      const { during, complete, variants } = optimum.interrupted ?? { during: 'search', complete: 0, variants: 0 }
      throw interruptedError(`interrupted during ${during}, after ${complete} of ${variants} variants`)
    }
  },
}
