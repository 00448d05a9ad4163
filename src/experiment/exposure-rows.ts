import type { Instant } from '../engine/ports.ts'
import { strike } from '../world/index.ts'
import type { HazardSpecification, World } from '../world/index.ts'
import { createEstate } from './estate.ts'
import type { CellDefinition, Estate } from './estate.ts'
import { NO_EXPOSURE, exposureOver } from './exposure.ts'
import type { UsablePoint } from './exposure.ts'
import type { ExposureRow } from './results.ts'

/**
 * Exposure of each dataset that a service needs to each hazard that destroys, from the warm-up to the horizon. Only points
 * at places that the hazard spares count. Hazards that taint or delete data have no row: what is lost to them hangs on when
 * they are detected, and drills measure it.
 */
export function exposureRows(definition: CellDefinition, estate: Estate): ExposureRow[] {
  const { scenario, strategy, topology } = definition
  const span = { from_s: scenario.experiment.warmUp_s, to_s: estate.simulation.now }
  const rows: ExposureRow[] = []
  for (const name of scenario.experiment.drills) {
    const hazard = topology.world.hazards.get(name)
    const destroyed = hazard === undefined ? undefined : whatIsDestroyed(definition, hazard)
    if (destroyed === undefined) continue
    const { datasets, places } = destroyed
    for (const service of topology.world.services.values()) {
      for (const dataset of service.needs.filter((needed) => datasets.has(needed))) {
        const objective_s = service.objectives.rpo_s
        const points = pointsOutside(estate, dataset, places)
        const statistics = points === 'every instant' ? NO_EXPOSURE : exposureOver(points, span, objective_s)
        const names = { strategy: strategy.name, topology: topology.name, hazard: name, service: service.name, dataset }
        rows.push({ ...names, objective_s, ...statistics })
      }
    }
  }
  return rows
}

interface Destroyed {
  readonly datasets: ReadonlySet<string>
  /** Nodes and stores. */
  readonly places: ReadonlySet<string>
}

/** Found by letting the hazard strike a world of its own; undefined for a hazard that does not destroy, or only in part. */
function whatIsDestroyed(definition: CellDefinition, hazard: HazardSpecification): Destroyed | undefined {
  const { simulation, world } = createEstate(definition)
  const { logical, damage, destroyedNodes, destroyedStores } = strike(
    world,
    hazard,
    simulation.random(hazard.name, 'exposure'),
  )
  const whole = damage.filter(({ only, backAt_s }) => only === undefined && backAt_s === undefined)
  if (logical || whole.length === 0) return undefined
  return {
    datasets: new Set(whole.map(({ dataset }) => dataset)),
    places: new Set([...destroyedNodes, ...destroyedStores]),
  }
}

/** Points of a dataset that are not at these places; a synchronous replica elsewhere has every instant. */
function pointsOutside(
  { operations, world }: Estate,
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

/** What the array kept, of a virtual machine whose images lie on another's disks. */
function snapshotsOf(world: World, dataset: string): UsablePoint[] {
  const { kept, past } = world.dataset(dataset).snapshots
  const point = (cut: Instant, until: Instant): UsablePoint => {
    const cut_s = cut - world.start
    return { cut_s, since_s: cut_s, until_s: until - world.start }
  }
  return [...past.map(({ cut, until }) => point(cut, until)), ...kept.map(({ cut }) => point(cut, Infinity))]
}
