import { stage } from './drill.ts'
import type { Drill } from './drill.ts'
import { buildOperatedWorld } from './operated-world.ts'
import type { CellDefinition, OperatedWorld } from './operated-world.ts'
import { Passes } from './passes.ts'
import type { DrilledRow } from '../results.ts'
import { TraceDigests } from './trace-digests.ts'

/** What came of a drill. */
export interface DrillFinding {
  readonly hazard: string
  readonly replication: number
  /** One row for each service that was hit. */
  readonly incidents: readonly DrilledRow[]
}

export interface DrillRun {
  readonly definition: CellDefinition
  /** In order of time. */
  readonly drills: readonly Drill[]
  /** What is known of them already: these are not staged. */
  readonly known?: readonly DrillFinding[]
  /** Where a drill stands among those of its hazard, for passes; without it, all are staged in one. */
  readonly rankOf?: ((replication: number) => number) | undefined
  /** Called with the undisturbed world that will be observed, before anything happens in it. */
  readonly prepare?: ((undisturbed: OperatedWorld) => void) | undefined
  /** Called with the undisturbed world when it has come to the horizon, and whether there are drills to stage then. */
  readonly observe?: ((undisturbed: OperatedWorld, goesOn: boolean) => void) | undefined
  /** Called after each drill. */
  readonly onFinding?: (finding: DrillFinding) => void
  /** Called with the number of drills done, and once more when the world has been run through for the first time. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface DrillsDone {
  /** In the order of the drills. */
  readonly incidents: readonly DrilledRow[]
  /** Digest of everything that happened, where the cell is traced. */
  readonly traceDigest?: string
}

/**
 * Runs through the undisturbed world, for jobs, bandwidth, storage and cost, stopping before each drill to stage it in a
 * branch of the world. A world branches while nothing is under way, and only afterwards is it known when that was: so drills
 * that came upon jobs that began long before are staged in a second run, which repeats the first exactly. Each drill is the
 * same whatever others there are, so that it does not matter how drills are shared out among blocks and passes.
 */
export async function runDrills(given: DrillRun): Promise<DrillsDone> {
  const {
    definition,
    drills,
    known = [],
    rankOf,
    prepare,
    observe,
    onFinding = () => {},
    onProgress = () => {},
  } = given
  const found = new Map(known.map((finding) => [keyOf(finding), finding.incidents]))
  const traces = definition.traced === true ? new TraceDigests() : undefined
  const passes = new Passes(rankOf !== undefined && traces === undefined)
  let throughs = 0
  const tell = (): void => onProgress(found.size + Math.min(throughs, 1), drills.length + 1)
  const stageFrom = async (origin: OperatedWorld, drill: Drill): Promise<void> => {
    const incidents = await passes.drill(() => stage(definition, origin, drill, traces?.add()))
    const finding = { ...nameOf(drill), incidents }
    found.set(keyOf(finding), incidents)
    onFinding(finding)
    tell()
  }
  for (;;) {
    const left = drills.filter((drill) => !found.has(keyOf(nameOf(drill))))
    const first = throughs === 0
    if (left.length === 0 && !(first && observe !== undefined)) break
    const world = buildOperatedWorld(definition, { trace: traces?.add() })
    if (first) prepare?.(world)
    const missed: Array<{ readonly drill: Drill; readonly idle_s: number }> = []
    for (const [k, drill] of left.entries()) {
      const share = world.simulation.now / definition.scenario.horizon_s
      if (passes.postpones(rankOf?.(drill.replication) ?? 0, share, left.length - k)) continue
      const busySince_s = await passes.world(() => runToIdle(world, drill.onset_s))
      if (busySince_s === undefined) await stageFrom(world, drill)
      else missed.push({ drill, idle_s: busySince_s })
    }
    if (first && observe !== undefined) {
      await world.simulation.run(definition.scenario.horizon_s)
      observe(world, found.size < drills.length)
    }
    throughs += 1
    tell()
    if (missed.length > 0) {
      const again = buildOperatedWorld(definition, { trace: traces?.add() })
      for (const { drill, idle_s } of missed) {
        await again.simulation.run(idle_s)
        await stageFrom(again, drill)
      }
    }
    passes.next()
  }
  return {
    incidents: drills.flatMap((drill) => found.get(keyOf(nameOf(drill)))!),
    ...(traces === undefined ? {} : { traceDigest: traces.close() }),
  }
}

function nameOf({ hazard, replication }: Drill): Pick<DrillFinding, 'hazard' | 'replication'> {
  return { hazard: hazard.name, replication }
}

function keyOf({ hazard, replication }: Pick<DrillFinding, 'hazard' | 'replication'>): string {
  return JSON.stringify([hazard, replication])
}

/**
 * Runs a world to an instant not after this one at which nothing is under way: just before the last job starts, or at the
 * instant itself. Returns undefined there; since when jobs have been under way if neither is one.
 */
export async function runToIdle(
  { simulation, operations }: OperatedWorld,
  notAfter_s: number,
): Promise<number | undefined> {
  for (const instant_s of [operations.lastStart_s(notAfter_s), notAfter_s]) {
    if (instant_s >= simulation.now) await simulation.run(instant_s)
    if (operations.idle) return undefined
  }
  return operations.busySince_s
}
