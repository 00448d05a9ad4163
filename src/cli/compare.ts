import { stat } from 'node:fs/promises'
import type { CommandModule } from 'yargs'
import type { Contender } from '../experiment/compare.ts'
import type { StudiedScenario } from '../report/studies/study.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { cellNames } from '../report/text/cell-names.ts'
import { UsageError } from './exit.ts'
import { interruptedError, longRun, withCheckpoint } from './running/long-run.ts'
import type { LongRun, LongRunArguments } from './running/long-run.ts'
import { settingsOf, withPrices } from './options/prices.ts'
import type { PricesArguments } from './options/prices.ts'
import { progressOf } from './running/progress.ts'
import { requireWritable, studied, withReport, writeReport } from './options/report-page.ts'
import type { ReportArguments } from './options/report-page.ts'

interface CompareArguments extends LongRunArguments, PricesArguments, ReportArguments {
  what: string[]
  baseline: string | undefined
  seed: string | undefined
  replications: number | undefined
  format: 'table' | 'csv' | 'json'
}

/** `firedrill compare WHAT…` */
export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <what..>',
  describe: 'Compare strategies and topologies drill by drill, with intervals and corrected p-values',
  builder: (yargs) =>
    withReport(withPrices(withCheckpoint(yargs)))
      .positional('what', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Scenario files (which are run) or result folders',
      })
      .option('baseline', {
        type: 'string',
        requiresArg: true,
        describe:
          'What the others are compared with: STRATEGY, or "STRATEGY on TOPOLOGY" where there are several; the first by default',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed of what is run, instead of the scenario's" })
      .option('replications', {
        type: 'number',
        requiresArg: true,
        describe: "Drills of each hazard, instead of the scenario's",
      })
      .option('format', { choices: ['table', 'csv', 'json'] as const, default: 'table' as const })
      .example('$0 compare scenarios/smb-321.yaml', 'every strategy and topology against the first')
      .example('$0 compare results/plan/1a2b3c4d5e6f results/plan/6f5e4d3c2b1a', 'two runs of the same seed'),
  async handler(args) {
    const [{ compare }, { comparisonTable, comparisonCsv, rowsInBoth }] = await Promise.all([
      import('../experiment/compare.ts'),
      import('../report/text/comparison.ts'),
    ])
    requireWritable(args.report)
    const { contenders, scenarios, interruption } = await contendersOf(args)
    const baseline = contenders.find(({ name }) => name === (args.baseline ?? contenders[0]?.name))
    if (baseline === undefined || contenders.length < 2) {
      throw interruptedError('interrupted before there was anything to compare')
    }
    const others = contenders.filter((contender) => contender !== baseline)
    const rows = compare(baseline, others)
    if (args.format === 'json')
      process.stdout.write(
        `${JSON.stringify({ baseline: baseline.name, rows: rowsInBoth(baseline, rows) }, undefined, 2)}\n`,
      )
    else if (args.format === 'csv') process.stdout.write(comparisonCsv(baseline, rows))
    else process.stdout.write(comparisonTable(baseline, others, rows))
    await writeReport(args, scenarios, async () => {
      const { comparisonStudy } = await import('../report/studies/comparison.ts')
      return comparisonStudy(baseline, others, rows)
    })
    if (interruption !== undefined) throw interruptedError(interruption)
  },
}

interface Found {
  readonly contenders: readonly Contender[]
  /** Says why there are fewer drills or contenders than there should be. */
  readonly interruption?: string | undefined
}

interface AllFound extends Found {
  /** What was compared, for a page to show. */
  readonly scenarios: () => Promise<readonly StudiedScenario[]>
}

/** Collects everything that is to be compared: reads the folders that have results, and runs the scenarios. */
async function contendersOf(args: CompareArguments): Promise<AllFound> {
  const { loadScenario } = await import('../scenario/load.ts')
  const settings = await settingsOf(args)
  const sources = await Promise.all(
    args.what.map(async (what) => {
      if (await isFolder(what)) return { what, contenders: await fromFolder(what) }
      return { what, scenario: await loadScenario(what, settings) }
    }),
  )
  const called = (what: string, name: string): string => (args.what.length === 1 ? name : `${what}: ${name}`)
  checkContenders(
    sources.flatMap(({ what, scenario, contenders = [] }) => {
      const own = scenario === undefined ? contenders : namesOf(scenario)
      return own.map(({ name }) => called(what, name))
    }),
    args.baseline,
  )
  const scenarios = sources.flatMap(({ scenario }) => scenario ?? [])
  const found = new Map<Scenario, Found>()
  const [first] = scenarios
  if (first !== undefined) {
    const { seed, replications } = args
    const texts = scenarios.map(({ text }) => text)
    const plan = { command: 'compare', seed: seed ?? first.seed, own: seed, replications, texts }
    await longRun(first, plan, args, async (run) => {
      for (const scenario of scenarios) {
        if (!run.signal.aborted) found.set(scenario, await fromScenario(scenario, args, run))
      }
    })
  }
  const named = sources.flatMap(({ what, scenario, contenders }) => {
    const own = scenario === undefined ? contenders : (found.get(scenario)?.contenders ?? [])
    return own.map((each) => ({ ...each, name: called(what, each.name) }))
  })
  const begun = [...found.values()]
  const missing = begun.length < scenarios.length ? 'interrupted before all scenarios were run' : undefined
  const interruption = begun.find((each) => each.interruption !== undefined)?.interruption ?? missing
  const told = () =>
    Promise.all(
      sources.map(({ what, scenario }) => (scenario === undefined ? storedIn(what) : studied(scenario, args.seed))),
    )
  return interruption === undefined
    ? { contenders: named, scenarios: told }
    : { contenders: inCommon(named), scenarios: told, interruption }
}

/** Names of the contenders of a scenario that has not been run yet. */
function namesOf({ strategies, topologies }: Scenario): { name: string }[] {
  const cells = strategies.flatMap(({ name: strategy }) =>
    topologies.map(({ name: topology }) => ({ strategy, topology })),
  )
  const nameOf = cellNames(cells)
  return cells.map((cell) => ({ name: nameOf(cell) }))
}

/** Checked before anything runs, so that nobody waits for a run in vain. */
function checkContenders(names: readonly string[], baseline: string | undefined): void {
  if (baseline !== undefined && !names.includes(baseline)) {
    throw new UsageError(`--baseline ${baseline}: there are ${names.join(', ')}`)
  }
  if (names.length < 2) throw new UsageError(`there is nothing to compare ${names.join(', ')} with`)
}

/** Keeps, of each contender, only the drills that all contenders have. */
function inCommon(contenders: readonly Contender[]): Contender[] {
  const sets = contenders.map(({ incidents }) => new Set(incidents.map(({ replication }) => replication)))
  return contenders.map((each) => ({
    ...each,
    incidents: each.incidents.filter(({ replication }) => sets.every((set) => set.has(replication))),
  }))
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
  const nameOf = cellNames(summary.cells)
  return summary.cells.map(({ strategy, topology, cost }) => ({
    name: nameOf({ strategy, topology }),
    incidents: incidents.filter((row) => row.strategy === strategy && row.topology === topology),
    cost,
  }))
}

async function storedIn(folder: string): Promise<StudiedScenario> {
  const { readResults, readScenarioText } = await import('../report/read-results.ts')
  const { summary } = await readResults(folder)
  const { seed, assumptions, warnings, weakSpots } = summary
  return { path: folder, text: await readScenarioText(folder), seed, assumptions, warnings, weakSpots }
}

async function fromScenario(
  scenario: Scenario,
  { seed, replications }: CompareArguments,
  { execute, signal, show }: LongRun,
): Promise<Found> {
  const { NothingCompleteError, run } = await import('../experiment/run.ts')
  try {
    const { cells, incidents, interrupted, warnings } = await run(scenario, {
      ...(seed === undefined ? {} : { seed }),
      ...(replications === undefined ? {} : { replications }),
      execute,
      signal,
      onProgress: (progress) => show(progressOf(progress)),
    })
    const nameOf = cellNames(scenario.topologies.map(({ name }) => ({ topology: name })))
    const contenders = cells.map(({ strategy, topology, cost }) => ({
      name: nameOf({ strategy, topology }),
      incidents: incidents.filter((row) => row.strategy === strategy && row.topology === topology),
      cost,
    }))
    return { contenders, interruption: interrupted === undefined ? undefined : warnings.at(-1) }
  } catch (error) {
    if (error instanceof NothingCompleteError) return { contenders: [], interruption: error.message }
    throw error
  }
}
