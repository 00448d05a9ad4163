import { stat } from 'node:fs/promises'
import type { CommandModule } from 'yargs'
import type { Contender } from '../experiment/compare.ts'
import { UsageError } from './exit.ts'
import { openExecution, withExecution } from './execution.ts'
import type { ExecutionArguments } from './execution.ts'
import { settingsOf, withPrices } from './prices.ts'
import type { PricesArguments } from './prices.ts'

interface CompareArguments extends ExecutionArguments, PricesArguments {
  what: string[]
  baseline: string | undefined
  seed: string | undefined
  replications: number | undefined
  format: 'table' | 'csv' | 'json'
}

/** `firedrill compare WHAT…` */
export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <what..>',
  describe: 'Compare strategies and topologies, drill by drill, with intervals and corrected p-values',
  builder: (yargs) =>
    withPrices(withExecution(yargs))
      .positional('what', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Scenario files, which are run, and result folders',
      })
      .option('baseline', {
        type: 'string',
        requiresArg: true,
        describe: 'What the others are compared with, "STRATEGY on TOPOLOGY"; the first by default',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed of what is run, instead of the scenario's" })
      .option('replications', { type: 'number', requiresArg: true, describe: 'Drills of each hazard in what is run' })
      .option('format', { choices: ['table', 'csv', 'json'] as const, default: 'table' as const })
      .example('$0 compare scenarios/smb-321.yaml', 'every strategy and topology against the first')
      .example('$0 compare results/plan/1a2b3c4d5e6f results/plan/6f5e4d3c2b1a', 'two runs, by the same dice'),
  async handler(args) {
    const [{ compare }, { comparisonTable, comparisonCsv }] = await Promise.all([
      import('../experiment/compare.ts'),
      import('../report/comparison.ts'),
    ])
    const contenders: Contender[] = []
    for (const what of args.what) {
      const found = (await isFolder(what)) ? await fromFolder(what) : await fromScenario(what, args)
      contenders.push(
        ...found.map((each) => (args.what.length === 1 ? each : { ...each, name: `${what}: ${each.name}` })),
      )
    }
    const baseline = contenders.find(({ name }) => name === (args.baseline ?? contenders[0]?.name))
    const names = contenders.map(({ name }) => name).join(', ')
    if (baseline === undefined) throw new UsageError(`--baseline ${args.baseline}: there are ${names}`)
    if (contenders.length < 2) throw new UsageError(`there is nothing to compare ${names} with`)
    const others = contenders.filter((contender) => contender !== baseline)
    const rows = compare(baseline, others)
    if (args.format === 'json')
      process.stdout.write(`${JSON.stringify({ baseline: baseline.name, rows }, undefined, 2)}\n`)
    else if (args.format === 'csv') process.stdout.write(comparisonCsv(baseline, rows))
    else process.stdout.write(comparisonTable(baseline, others, rows))
  },
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

async function fromFolder(folder: string): Promise<Contender[]> {
  const { readResults } = await import('../report/read-results.ts')
  const { summary, incidents } = await readResults(folder)
  return summary.cells.map(({ strategy, topology, cost }) => ({
    name: `${strategy} on ${topology}`,
    incidents: incidents.filter((row) => row.strategy === strategy && row.topology === topology),
    cost,
  }))
}

async function fromScenario(path: string, args: CompareArguments): Promise<Contender[]> {
  const [{ run }, { loadScenario }] = await Promise.all([import('../experiment/run.ts'), import('../scenario/load.ts')])
  const scenario = await loadScenario(path, await settingsOf(args))
  const execution = await openExecution(args)
  try {
    const { cells, incidents } = await run(scenario, {
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      ...(args.replications === undefined ? {} : { replications: args.replications }),
      execute: execution,
    })
    return cells.map(({ strategy, topology, cost }) => ({
      name: `${strategy} on ${topology}`,
      incidents: incidents.filter((row) => row.strategy === strategy && row.topology === topology),
      cost,
    }))
  } finally {
    await execution.close()
  }
}
