import type { CommandModule } from 'yargs'
import { UsageError } from './exit.ts'
import { interruptedError, longRun, withCheckpoint } from './running/long-run.ts'
import type { LongRunArguments } from './running/long-run.ts'
import { requireWritable, studied, withReport, writeReport } from './options/report-page.ts'
import type { ReportArguments } from './options/report-page.ts'

interface PlanArguments extends LongRunArguments, ReportArguments {
  scenario: string
  bandwidth: string[]
  history: string[]
  'what-if': string[]
  seed: string | undefined
  json: boolean
}

/** `firedrill plan SCENARIO` */
export const planCommand: CommandModule<object, PlanArguments> = {
  command: 'plan <scenario>',
  describe: 'Plan capacity: when stores fill up, missed windows, seeding, bandwidth needed, forecasts',
  builder: (yargs) =>
    withReport(withCheckpoint(yargs))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('bandwidth', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'Find the bandwidth of this link that meets every RPO, always and 90 % of the time',
      })
      .option('history', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'STORE=FILE.csv with the columns time and bytes, to forecast from',
      })
      .option('what-if', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        nargs: 1,
        describe: 'Also plan for every combination of these: path=value,value,…',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('json', { type: 'boolean', default: false, describe: 'Print the plan as JSON' })
      .example('$0 plan scenarios/smb-321.yaml', 'storage, windows and daily peaks over the horizon')
      .example('$0 plan plan.yaml --what-if datasets.docs.growth="10 %/year,50 %/year"', 'if it grows faster')
      .example('$0 plan plan.yaml --bandwidth wan --history nas=used.csv', 'a link to size, a store to forecast'),
  async handler(args) {
    const [
      planning,
      { grid },
      { settled },
      { forecasts },
      report,
      { titledTable },
      { readScenario, parseScenario },
      { listsOf, readAxis },
    ] = await Promise.all([
      import('../experiment/capacity/plan.ts'),
      import('../experiment/design.ts'),
      import('../experiment/run.ts'),
      import('./plan-forecasts.ts'),
      import('../report/text/capacity-plan.ts'),
      import('../report/text/plain-table.ts'),
      import('../scenario/load.ts'),
      import('./options/vary.ts'),
    ])
    requireWritable(args.report)
    const axes = args['what-if'].map((text) => readAxis(text, '--what-if'))
    const text = await readScenario(args.scenario)
    const scenario = parseScenario(text, args.scenario)
    const world = scenario.topologies[0]!.world
    for (const link of args.bandwidth) {
      if (world.links.has(link)) continue
      throw new UsageError(`--bandwidth ${link}: no such link; there are ${[...world.links.keys()].join(', ')}`)
    }
    const forecast = await forecasts(args.history, world)
    const seed = args.seed ?? scenario.seed
    const named = { command: 'plan', seed, bandwidth: args.bandwidth, whatIf: args['what-if'] }
    const { result, interrupted } = await longRun(scenario, named, args, async ({ execute, signal, show }) => {
      const options = { seed, execute, signal, onProgress: show }
      const own = await settled(scenario, options)
      const results = await planning.undisturbed(own, options)
      if (results === undefined) return undefined
      const plan = planning.planFrom(results, own)
      const variants = axes.length === 0 ? [] : grid(listsOf(axes))
      const supposed = await planning.whatIf(text, args.scenario, variants, options)
      const needs = []
      for (const link of args.bandwidth) {
        for (const settings of variants.length === 0 ? [{}] : variants) {
          for (const share of [1, 0.9]) {
            needs.push(...(await planning.bandwidthNeeded(text, args.scenario, link, share, { ...options, settings })))
          }
        }
      }
      return { results, plan, supposed, needs }
    })
    if (result === undefined) throw interruptedError('interrupted before a first world was complete')
    const { results, plan, supposed, needs } = result
    if (args.json) {
      process.stdout.write(
        `${JSON.stringify({ ...plan, whatIf: supposed, bandwidth: needs, forecasts: forecast }, undefined, 2)}\n`,
      )
    } else {
      process.stdout.write(report.capacityPlanText(plan))
      if (supposed.length > 0) process.stdout.write(`\n${titledTable(report.whatIfTable(supposed))}`)
      if (needs.length > 0) process.stdout.write(`\n${titledTable(report.bandwidthTable(needs))}`)
      for (const own of forecast) process.stdout.write(`\n${report.forecastText(own)}`)
    }
    await writeReport(
      args,
      async () => [await studied(scenario, args.seed)],
      async () => {
        const { capacityStudy } = await import('../report/studies/capacity.ts')
        const more = [
          ...(supposed.length === 0 ? [] : [report.whatIfTable(supposed)]),
          ...(needs.length === 0 ? [] : [report.bandwidthTable(needs)]),
          ...forecast.map((own) => report.forecastTable(own)),
        ]
        return capacityStudy(results, plan, more)
      },
    )
    if (interrupted) throw interruptedError('interrupted; what was complete by then is shown')
  },
}
