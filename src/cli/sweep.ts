import type { CommandModule } from 'yargs'
import type { FigureName } from '../experiment/figures.ts'
import type { SobolIndices } from '../experiment/statistics/sobol.ts'
import type { SweepProgress, TornadoBar, SweepRow } from '../experiment/sweep.ts'
import type { FigureWords } from '../report/charts/tornado.ts'
import { didYouMean } from '../scenario/document/nearest-word.ts'
import { UsageError } from './exit.ts'
import { wholeNumbers } from './options/execution.ts'
import { interruptedError, longRun, withCheckpoint } from './running/long-run.ts'
import type { LongRunArguments } from './running/long-run.ts'
import { settingsOf, withPrices } from './options/prices.ts'
import type { PricesArguments } from './options/prices.ts'
import { sweepProgressOf } from './running/progress.ts'
import { requireWritable, studied, withReport, writeReport } from './options/report-page.ts'
import type { ReportArguments } from './options/report-page.ts'

interface SweepArguments extends LongRunArguments, PricesArguments, ReportArguments {
  scenario: string
  vary: string[]
  samples: number | undefined
  tornado: boolean | undefined
  sobol: number | undefined
  figure: string
  seed: string | undefined
  replications: number | undefined
  format: 'table' | 'csv' | 'json'
  chart: string | undefined
}

/** `firedrill sweep SCENARIO --vary PATH=VALUES` */
export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep <scenario>',
  describe: 'See how results change with a setting: grids, samples of ranges, sensitivity',
  builder: (yargs) =>
    withReport(withPrices(withCheckpoint(yargs)))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('vary', {
        type: 'string',
        array: true,
        demandOption: true,
        requiresArg: true,
        nargs: 1,
        describe: 'What to vary: path=value,value,… or path=low..high',
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'Number of points of a Latin hypercube of ranges',
      })
      .option('tornado', { type: 'boolean', describe: 'Change one value at a time, and show its effect on --figure' })
      .option('sobol', {
        type: 'number',
        requiresArg: true,
        describe: 'Indices of Sobol from N × (ranges + 2) variants: shares of the variance of --figure',
      })
      .option('figure', { type: 'string', default: 'total_usdPerYear', requiresArg: true, describe: 'For sensitivity' })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('replications', { type: 'number', requiresArg: true, describe: 'Drills of each hazard in each cell' })
      .option('format', { choices: ['table', 'csv', 'json'] as const, default: 'table' as const })
      .option('chart', {
        type: 'string',
        requiresArg: true,
        implies: 'tornado',
        describe: 'Also draw the tornado: the name of its files, to which .svg, .png and .vl.json are added',
      })
      .conflicts({ samples: ['tornado', 'sobol'], sobol: 'tornado' })
      .example('$0 sweep plan.yaml --vary links.wan.bandwidth="100 Mbit/s,1 Gbit/s"', 'two variants')
      .example('$0 sweep plan.yaml --vary datasets.docs.size="1..9 TB" --samples 50', 'fifty sizes')
      .example('$0 sweep plan.yaml --vary datasets.docs.size="1..9 TB" --tornado --figure rto_s', 'what matters'),
  async handler(args) {
    const { listsOf, rangesOf, readAxis } = await import('./options/vary.ts')
    const axes = args.vary.map((each) => readAxis(each))
    const { samples, sobol: n, replications } = args
    wholeNumbers({ samples, sobol: n, replications })
    const [
      design,
      sobol,
      { sweep, tornado },
      table,
      { sweepFindings },
      { wrap },
      { cellNames },
      { currencyOf, inBoth },
      { readScenario, parseScenario },
    ] = await Promise.all([
      import('../experiment/design.ts'),
      import('../experiment/statistics/sobol.ts'),
      import('../experiment/sweep.ts'),
      import('../report/text/sweep-table.ts'),
      import('../report/text/sweep-findings.ts'),
      import('../report/text/wrap.ts'),
      import('../report/text/cell-names.ts'),
      import('../report/text/currency.ts'),
      import('../scenario/load.ts'),
    ])
    const figure = table.FIGURE_NAMES.find((name) => name === args.figure)
    if (figure === undefined)
      throw new UsageError(
        `--figure ${args.figure}: there are ${table.FIGURE_NAMES.join(', ')}${didYouMean(args.figure, table.FIGURE_NAMES)}`,
      )
    const chart = args.chart?.replace(/\.(?:svg|png|vl\.json|json)$/, '')
    requireWritable(chart)
    requireWritable(args.report)
    const text = await readScenario(args.scenario)
    const seed = args.seed ?? parseScenario(text, args.scenario).seed
    const pointsOf = () => {
      if (args.tornado === true) return design.oneAtATime(listsOf(axes))
      if (args.sobol !== undefined) {
        const ranges = rangesOf(axes, '--sobol')
        return sobol.sobolDesign(axes.length, args.sobol, seed).map((places) => design.settingsAt(ranges, places))
      }
      if (args.samples === undefined) return design.grid(listsOf(axes))
      const ranges = rangesOf(axes, '--samples')
      return design.latinHypercube(axes.length, args.samples, seed).map((places) => design.settingsAt(ranges, places))
    }
    const points = pointsOf()
    const base = await settingsOf(args)
    const options = { seed, base, ...(replications === undefined ? {} : { replications }) }
    const plan = { command: 'sweep', seed, points, replications }
    const scenario = parseScenario(text, args.scenario, base)
    const { result: rows, interrupted } = await longRun(scenario, plan, args, ({ execute, signal, show }) => {
      const onProgress = (progress: SweepProgress): void => show(sweepProgressOf(progress))
      return sweep(text, args.scenario, points, { ...options, execute, signal, onProgress })
    })
    const complete = new Set(rows.map(({ point }) => point)).size
    if (complete === 0) throw interruptedError('interrupted before a first variant was complete')
    // A tornado chart starts from the unchanged scenario, which is the first variant; Sobol indices need all variants.
    const tellsTornado = args.tornado === true && rows.some(({ point }) => point === 0)
    const tellsSobol = args.sobol !== undefined && complete === points.length
    const cells = Map.groupBy(rows, cellNames(rows))
    const sensitivity = [...cells].flatMap(([cell, own]): Sensitivity[] => {
      if (tellsTornado) return [{ cell, bars: tornado(own, figure) }]
      if (tellsSobol) return [{ cell, indices: sobol.sobolIndices(finite(own, figure), axes.length, seed) }]
      return []
    })
    const currency = currencyOf(rows.map(({ cell }) => cell))
    if (chart !== undefined) await drawTornado(chart, sensitivity, table.wordsOfFigure(figure, currency))
    if (args.format === 'csv') {
      process.stdout.write(table.sweepCsv(rows))
    } else if (args.format === 'json') {
      const plain = rows.map(({ cell: _cell, penalties: _penalties, ...row }) => row)
      const told = inBoth({ figure, rows: plain, sensitivity }, currency)
      process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`)
    } else if (sensitivity.length > 0) {
      const paths = axes.map(({ path }) => path)
      for (const each of sensitivity) {
        if ('bars' in each) process.stdout.write(`${table.tornadoTable(each.cell, figure, each.bars, currency)}\n`)
        else process.stdout.write(`${table.sobolText(each.cell, figure, paths, each.indices)}\n`)
      }
      if (tellsTornado) process.stdout.write(table.rateOfFigure(figure, currency))
    } else {
      const findings = sweepFindings(rows).map((finding) => `${wrap('', finding)}\n`)
      process.stdout.write(`${table.sweepTable(rows)}\n${findings.join('')}`)
    }
    await writeReport(
      args,
      async () => [await studied(scenario, seed)],
      async () => {
        const { sweepStudy } = await import('../report/studies/sweep.ts')
        const paths = axes.map(({ path }) => path)
        return sweepStudy(scenario.name, rows, figure, {
          bars: sensitivity.flatMap((each) => ('bars' in each ? [each] : [])),
          shares: sensitivity.flatMap((each) =>
            'bars' in each ? [] : [table.sobolTable(each.cell, figure, paths, each.indices)],
          ),
        })
      },
    )
    if (interrupted) throw interruptedError(`interrupted after ${complete} of ${points.length} variants`)
  },
}

/** Finds out on which axes a figure of a cell depends most. */
type Sensitivity =
  | { readonly cell: string; readonly bars: readonly TornadoBar[] }
  | { readonly cell: string; readonly indices: SobolIndices }

async function drawTornado(path: string, sensitivity: readonly Sensitivity[], words: FigureWords): Promise<void> {
  const [{ tornadoChart }, { writeChart }] = await Promise.all([
    import('../report/charts/tornado.ts'),
    import('../report/write.ts'),
  ])
  const spec = tornadoChart(
    sensitivity.flatMap((each) => ('bars' in each ? [each] : [])),
    words,
  )
  if (spec !== undefined) await writeChart(path, spec)
}

/** @throws Error for a figure that is not finite, from which no index can be calculated */
function finite(rows: readonly SweepRow[], figure: FigureName): number[] {
  return rows.map(({ figures, settings, strategy }) => {
    if (Number.isFinite(figures[figure])) return figures[figure]
    throw new Error(
      `${strategy} has no ${figure} with ${JSON.stringify(settings)}: everything was lost; choose another`,
    )
  })
}
