import type { LockWatch } from '../../strategy/index.ts'
import { strike } from '../../world/index.ts'
import type { HazardSpecification, World } from '../../world/index.ts'
import { cleanSpans, snapshotsOf } from './clean-spans.ts'
import { buildOperatedWorld } from '../cell/operated-world.ts'
import type { CellDefinition, OperatedWorld } from '../cell/operated-world.ts'
import { NO_EXPOSURE, exposureOver } from './exposure.ts'
import type { ExposureStatistics, UsablePoint } from './exposure.ts'
import { exposureAfterDwell } from './exposure-after-dwell.ts'
import type { Course } from './exposure-after-dwell.ts'
import type { ExposureRow } from '../results.ts'
import { coursesOf } from './unnoticed.ts'

/**
 * Exposure of each dataset that a service needs, from the warm-up to the horizon: to each hazard that destroys, where
 * only points at places that the hazard spares count, and to each that taints or deletes and is noticed after a dwell.
 * Hazards of other kinds have no row: drills measure what is lost to them.
 */
export function exposureRows(definition: CellDefinition, operated: OperatedWorld, locks?: LockWatch): ExposureRow[] {
  const { scenario, strategy, topology } = definition
  const span = { from_s: scenario.experiment.warmUp_s, to_s: operated.simulation.now }
  const rows: ExposureRow[] = []
  for (const name of scenario.experiment.drills) {
    const hazard = topology.world.hazards.get(name)
    const struck = hazard === undefined ? undefined : whatIsStruck(definition, hazard)
    if (hazard === undefined || struck === undefined) continue
    for (const service of topology.world.services.values()) {
      for (const dataset of service.needs.filter((needed) => struck.datasets.has(needed))) {
        const objective_s = service.objectives.rpo_s
        const statistics = struck.logical
          ? exposureToDwell(operated, { hazard, dataset, span, objective_s }, locks)
          : exposureToDestruction(operated, { dataset, places: struck.places, span, objective_s })
        if (statistics === undefined) continue
        const names = { strategy: strategy.name, topology: topology.name, hazard: name, service: service.name, dataset }
        rows.push({ ...names, objective_s, ...statistics })
      }
    }
  }
  return rows
}

interface Question {
  readonly dataset: string
  readonly span: { readonly from_s: number; readonly to_s: number }
  readonly objective_s: number
}

function exposureToDestruction(
  operated: OperatedWorld,
  { dataset, places, span, objective_s }: Question & { readonly places: ReadonlySet<string> },
): ExposureStatistics {
  const points = pointsOutside(operated, dataset, places)
  return points === 'every instant' ? NO_EXPOSURE : exposureOver(points, span, objective_s)
}

/** Undefined where it is not known what would be left, and where backups that look odd may show a hazard before its time. */
function exposureToDwell(
  operated: OperatedWorld,
  { hazard, dataset, span, objective_s }: Question & { readonly hazard: HazardSpecification },
  locks: LockWatch | undefined,
): ExposureStatistics | undefined {
  const { world, operations } = operated
  if (operations.monitoring.watchesData) return undefined
  const courses = coursesOf(hazard, dataset, world)
  if (courses === undefined) return undefined
  const found: Course[] = []
  for (const { dwell, attack } of courses) {
    const spans = cleanSpans(operated, dataset, { isPart: hazard.kind === 'deletion', attack, locks })
    if (spans === undefined) return undefined
    found.push({ dwell, spans })
  }
  return exposureAfterDwell(found, span, objective_s)
}

interface Struck {
  readonly logical: boolean
  readonly datasets: ReadonlySet<string>
  /** Nodes and stores that are destroyed. */
  readonly places: ReadonlySet<string>
}

/** Found by letting the hazard strike a world of its own; undefined for a hazard that destroys nothing, or only in part. */
function whatIsStruck(definition: CellDefinition, hazard: HazardSpecification): Struck | undefined {
  const { simulation, world } = buildOperatedWorld(definition)
  const { logical, damage, destroyedNodes, destroyedStores } = strike(
    world,
    hazard,
    simulation.random(hazard.name, 'exposure'),
  )
  const counted = logical ? damage : damage.filter(({ only, backAt_s }) => only === undefined && backAt_s === undefined)
  // How far somebody comes who goes from machine to machine is a matter of chance.
  const datasets =
    hazard.kind === 'ransomware' ? datasetsAt(world, hazard.target) : counted.map(({ dataset }) => dataset)
  if (datasets.length === 0) return undefined
  return {
    logical,
    datasets: new Set(datasets),
    places: new Set([...destroyedNodes, ...destroyedStores]),
  }
}

function datasetsAt(world: World, site: string): string[] {
  return [...world.datasets.values()]
    .filter(({ specification }) => world.node(specification.node).specification.site === site)
    .map(({ name }) => name)
}

/** Points of a dataset that are not at these places; a synchronous replica elsewhere has every instant. */
function pointsOutside(
  { operations, world }: OperatedWorld,
  dataset: string,
  places: ReadonlySet<string>,
): UsablePoint[] | 'every instant' {
  const found: UsablePoint[] = operations.points.all.filter(
    (point) => point.dataset === dataset && !places.has(point.store),
  )
  const backed_s = Math.min(...found.map(({ since_s }) => since_s))
  if (!places.has(world.arrayOf(dataset))) found.push(...snapshotsOf(world, dataset))
  for (const job of operations.strategy.jobs) {
    if (!('dataset' in job) || !('to' in job) || job.dataset !== dataset || places.has(job.to)) continue
    if (job.kind === 'log') {
      // A log leads on from a backup.
      for (const { to_s, shipped_s, until_s } of operations.logs.of(job).segments) {
        if (shipped_s !== undefined) found.push({ cut_s: to_s, since_s: Math.max(shipped_s, backed_s), until_s })
      }
    }
    if (job.kind !== 'replicate' && job.kind !== 'journal') continue
    if (job.kind === 'replicate' && job.synchronous) return 'every instant'
    for (const { job: name, outcome, started_s, ended_s } of operations.runs) {
      if (name !== job.name || outcome !== 'succeeded' || started_s === undefined || ended_s === undefined) continue
      found.push({ cut_s: started_s, since_s: ended_s, until_s: Infinity })
    }
  }
  return found
}
