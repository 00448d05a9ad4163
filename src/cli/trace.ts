import { closeSync, openSync, writeSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { fileSystemError } from '../adapters/real/system-errors.ts'
import type { CellDefinition } from '../experiment/cell/operated-world.ts'
import type { IncidentRow } from '../experiment/results.ts'
import type { Happening } from '../report/trace-events.ts'
import { cellNames } from '../report/text/cell-names.ts'
import { bytes, duration } from '../report/text/human.ts'
import { UsageError } from './exit.ts'

interface TraceArguments {
  scenario: string
  strategy: string | undefined
  topology: string | undefined
  hazard: string | undefined
  replication: number
  replications: number | undefined
  seed: string | undefined
  out: string
}

/** `firedrill trace SCENARIO` */
export const traceCommand: CommandModule<object, TraceArguments> = {
  command: 'trace <scenario>',
  describe: 'Follow one drill, or the undisturbed world: as a story, a timeline, and a trace for ui.perfetto.dev',
  builder: (yargs) =>
    yargs
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .option('strategy', { type: 'string', requiresArg: true, describe: 'Strategy; the first by default' })
      .option('topology', { type: 'string', requiresArg: true, describe: 'Topology; the first by default' })
      .option('hazard', {
        type: 'string',
        requiresArg: true,
        describe: 'Hazard whose drill is traced; the undisturbed world by default',
      })
      .option('replication', { type: 'number', default: 0, requiresArg: true, describe: 'Which drill of the hazard' })
      .option('replications', {
        type: 'number',
        requiresArg: true,
        describe: 'Drills of each hazard, as in the run that this drill is of',
      })
      .option('seed', { type: 'string', requiresArg: true, describe: "Seed, instead of the scenario's" })
      .option('out', {
        type: 'string',
        default: 'trace.json',
        requiresArg: true,
        describe: 'File for the trace; story (.log) and timeline (.png, .svg, .vl.json) go beside it',
      })
      .example('$0 trace scenarios/smb-321.yaml', 'all jobs and transfers from start to horizon')
      .example('$0 trace plan.yaml --hazard fire --replication 7', 'the eighth fire, with its recovery'),
  async handler(args) {
    const [{ traceDrill, traceWorld }, { Narrator, storyTimeline, TraceReader, writeChart }, { loadScenario }] =
      await Promise.all([
        import('../experiment/cell/trace-drill.ts'),
        import('../report/trace.ts'),
        import('../scenario/load.ts'),
      ])
    const given = await loadScenario(args.scenario)
    const { readRealDirectory } = await import('../experiment/cell/real-directory.ts')
    const { settled } = await import('../experiment/run.ts')
    const seed = args.seed ?? given.seed
    const replications = args.replications ?? given.experiment.replications
    const { hazard, replication } = args
    if (!(Number.isInteger(replications) && replications >= 1)) {
      throw new UsageError('--replications takes a whole number from 1 up')
    }
    if (!(Number.isInteger(replication) && replication >= 0 && replication < replications)) {
      throw new UsageError(`--replication ${replication}: there are ${replications}, from 0 to ${replications - 1}`)
    }
    const strategy = named('strategy', args.strategy, given.strategies)
    const topology = named('topology', args.topology, given.topologies)
    const { drills } = given.experiment
    if (hazard !== undefined && !drills.includes(hazard)) {
      throw new UsageError(`--hazard ${hazard}: the drills are of ${drills.join(', ')}`)
    }
    const path = args.out.replace(/\.json$/, '')
    const [file, log] = [opened(args.out), opened(`${path}.log`)]
    const scenario = await settled(given, { seed, readDirectory: readRealDirectory })
    const cell: CellDefinition = { scenario, strategy, topology, seed, readDirectory: readRealDirectory }
    const narrator = new Narrator(scenario.start, (line) => writeSync(log, line))
    const happenings: Happening[] = []
    const reader = new TraceReader(
      (happening) => narrator.hear(happening),
      (happening) => happening.what === 'end' && happenings.push(happening),
    )
    let size_bytes = 0
    const write = (piece: string): void => {
      size_bytes += writeSync(file, piece)
      reader.hear(piece)
    }
    let incidents: readonly IncidentRow[] = []
    try {
      if (hazard === undefined) await traceWorld(cell, write)
      else incidents = await traceDrill(cell, replications, { hazard, replication }, write)
      for (const incident of incidents) narrator.say(incident.onset_s + (incident.rto_s ?? 0), outcomeOf(incident))
    } finally {
      closeSync(file)
      closeSync(log)
    }
    const shown = hazard === undefined ? 'the undisturbed world' : `drill ${replication} of ${hazard}`
    const nameOf = cellNames(scenario.topologies.map(({ name }) => ({ topology: name })))
    const title = `${shown}, ${nameOf({ strategy: cell.strategy.name, topology: cell.topology.name })}`
    const timeline = storyTimeline({ title, start: scenario.start, happenings, incidents })
    if (timeline !== undefined) await writeChart(path, timeline)
    process.stdout.write(
      `${args.out}: ${title}, ${bytes(size_bytes)}. Open it in https://ui.perfetto.dev\n` +
        `${path}.log: the same as a story\n` +
        (timeline === undefined ? '' : `${path}.png, .svg, .vl.json: the same as a timeline\n`),
    )
  },
}

function opened(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    throw fileSystemError(error, `cannot write ${path}`)
  }
}

/** How a drill ended for one service, in a sentence. */
function outcomeOf({ service, outcome, reason, rpo_s, rto_s, store, verified }: IncidentRow): string {
  if (rpo_s === undefined || rto_s === undefined) return `${service} is lost: ${reason}`
  const from = store === undefined ? '' : ` from ${store}`
  const checked = verified ? ', every byte compared with the history' : ''
  const how = outcome === 'degraded' ? ` (degraded: ${reason})` : ''
  return `${service} is back${from}${how}: RTO ${duration(rto_s)}, RPO ${duration(rpo_s)}${checked}`
}

/** The first when none is named. */
function named<T extends { readonly name: string }>(kind: string, name: string | undefined, all: readonly T[]): T {
  const found = name === undefined ? all[0] : all.find((each) => each.name === name)
  if (found !== undefined) return found
  throw new UsageError(`--${kind} ${name}: no such ${kind}; there are ${all.map((each) => each.name).join(', ')}`)
}
