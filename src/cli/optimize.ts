import type { CommandModule } from 'yargs'
import { didYouMean } from '../scenario/document/nearest-word.ts'
import type { Settings } from '../scenario/document/set-values.ts'
import { readBudget } from './options/budget.ts'
import { UsageError } from './exit.ts'
import { wholeNumbers } from './options/execution.ts'
import { interruptedError, longRun, withCheckpoint } from './running/long-run.ts'
import type { LongRunArguments } from './running/long-run.ts'
import { settingsOf, withPrices } from './options/prices.ts'
import type { PricesArguments } from './options/prices.ts'
import { requireWritable, studied, withReport, writeReport } from './options/report-page.ts'
import type { ReportArguments } from './options/report-page.ts'

interface OptimizeArguments extends LongRunArguments, PricesArguments, ReportArguments {
  scenario: string
  vary: string[]
  samples: number | undefined
  search: number | undefined
  share: string
  replications: number
  budget: string | undefined
  except: string[]
  seed: string | undefined
  json: boolean
}

/** Confidence with which it must be known that an objective is met. */
const CONFIDENCE = 0.95

/** `firedrill optimize SCENARIO` */
export const optimizeCommand: CommandModule<object, OptimizeArguments> = {
  command: 'optimize <scenario>',
  describe: 'Find the cheapest strategy, topology and variant that meets the objectives',
  builder: (yargs) =>
    withReport(withPrices(withCheckpoint(yargs)))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('vary', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'What else may be varied: path=value,value,… or path=low..high',
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'Number of points of a Latin hypercube of ranges',
      })
      .option('search', {
        type: 'number',
        requiresArg: true,
        conflicts: 'samples',
        describe: 'Where there are too many combinations: search, looking at this many of them',
      })
      .option('share', {
        type: 'string',
        default: '90',
        requiresArg: true,
        describe: 'Percentage of incidents that must meet each objective, with 95 % confidence',
      })
      .option('replications', {
        type: 'number',
        default: 60,
        requiresArg: true,
        describe: 'Maximum number of drills of each hazard',
      })
      .option('except', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'A hazard after which no objective has to be met; its costs still count',
      })
      .option('budget', {
        type: 'string',
        requiresArg: true,
        describe: 'Stop after this time or number of drills: "10 min", "5000 drills"',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('json', { type: 'boolean', default: false, describe: 'Print candidates and optimum as JSON' })
      .example('$0 optimize plan.yaml', 'the cheapest of its strategies and topologies')
      .example(
        '$0 optimize plan.yaml --vary strategies.nightly.backup.at="every 6 h,every 12 h,every 24 h"',
        'and of three schedules',
      )
      .example(
        '$0 optimize plan.yaml --vary links.wan.bandwidth="100 Mbit/s,1 Gbit/s" --vary datasets.docs.change="1 %/day,2 %/day" --search 60',
        'where there are thousands: the best of 60',
      ),
  async handler(args) {
    const { replications, samples, search } = args
    wholeNumbers({ replications, samples, search })
    const share = Number(args.share.replace(/\s*%$/, '')) / 100
    if (!(share > 0 && share < 1)) throw new UsageError(`--share ${args.share}: expected a percentage such as 90`)
    const budget = args.budget === undefined ? {} : await readBudget(args.budget)
    const { listsOf, rangesOf, readAxis } = await import('./options/vary.ts')
    const axes = args.vary.map((each) => readAxis(each))
    const [
      design,
      { leastDrills, optimise },
      { settled },
      { cellNames },
      report,
      { inBoth },
      { readScenario, parseScenario },
    ] = await Promise.all([
      import('../experiment/design.ts'),
      import('../experiment/optimise/index.ts'),
      import('../experiment/run.ts'),
      import('../report/text/cell-names.ts'),
      import('../report/text/optimum.ts'),
      import('../report/text/currency.ts'),
      import('../scenario/load.ts'),
    ])
    const least = leastDrills(share, CONFIDENCE)
    if (replications < least) {
      throw new UsageError(
        `--replications ${replications}: even if all of them meet an objective, that is not known of ${100 * share} % ` +
          `of incidents; ask for ${least} drills at least or a smaller --share`,
      )
    }
    requireWritable(args.report)
    const text = await readScenario(args.scenario)
    const seed = args.seed ?? parseScenario(text, args.scenario).seed
    const all = (): Settings[] => {
      if (samples === undefined) return design.grid(listsOf(axes))
      const ranges = rangesOf(axes, '--samples')
      return design.latinHypercube(axes.length, samples, seed).map((places) => design.settingsAt(ranges, places))
    }
    const variants = search === undefined ? { points: all() } : { axes: listsOf(axes), lookAt: search }
    const base = await settingsOf(args)
    const scenario = parseScenario(text, args.scenario, base)
    const currency = scenario.money?.currency
    const cellName = cellNames(scenario.topologies.map(({ name }) => ({ topology: name })))
    for (const hazard of args.except) {
      const { drills } = scenario.experiment
      if (drills.includes(hazard)) continue
      throw new UsageError(
        `--except ${hazard}: no such drill${didYouMean(hazard, drills)}; there are ${drills.join(', ')}`,
      )
    }
    const plan = {
      command: 'optimize',
      seed,
      vary: args.vary,
      samples,
      search,
      share,
      except: args.except,
      replications,
    }
    const { result: optimum, interrupted } = await longRun(scenario, plan, args, async (running) => {
      const { execute, signal: interrupt, show, keep } = running
      const signal = budget.ms === undefined ? interrupt : AbortSignal.any([interrupt, AbortSignal.timeout(budget.ms)])
      // With `warm-up: auto`, all seeds use the same warm-up.
      const { settings } = await settled(scenario, { seed, execute, signal })
      const { drills } = budget
      const found = await optimise(text, args.scenario, variants, {
        seed,
        replications,
        share,
        confidence: CONFIDENCE,
        except: args.except,
        base: settings,
        execute,
        signal,
        drills,
        onProgress: (progress) => show(report.raceProgress(progress, cellName, currency)),
      })
      if (found.stoppedAt !== undefined) keep()
      return found
    })
    if (args.json)
      process.stdout.write(
        `${JSON.stringify(currency === undefined ? optimum : inBoth(optimum, currency), undefined, 2)}\n`,
      )
    else process.stdout.write(report.optimumText(optimum, share, CONFIDENCE, currency))
    await writeReport(
      args,
      async () => [await studied(scenario, args.seed)],
      async () => {
        const [{ optimumStudy }, { US_DOLLARS }] = await Promise.all([
          import('../report/studies/optimum.ts'),
          import('../report/text/human.ts'),
        ])
        return optimumStudy(scenario.name, optimum, { share, confidence: CONFIDENCE, currency: currency ?? US_DOLLARS })
      },
    )
    if (interrupted) {
      throw interruptedError(`interrupted after ${optimum.drills} drills, during ${optimum.stoppedAt ?? 'the end'}`)
    }
    if (optimum.stoppedAt !== undefined) {
      process.stderr.write(`firedrill: the budget of ${args.budget} is spent; --resume with a larger one goes on\n`)
    }
  },
}
