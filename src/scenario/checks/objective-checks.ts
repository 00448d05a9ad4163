import type { Job } from '../../strategy/strategy.ts'
import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import { formatQuantity } from '../quantities/units.ts'
import type { PlacedStrategy } from '../sections/strategies.ts'

const DAY_S = 86_400

/** The distance between the states of a dataset that a job can lead back to, and what would shorten it. */
interface Spacing {
  readonly job: Job['kind']
  readonly spacing_s: number
  readonly remedy: string
}

/**
 * Where writes are followed as they are made, loss counts from the last write received. An RPO below the distance
 * between two writes would be missed in drills in which no byte is lost, and the user would not know why: this says so
 * beforehand.
 */
export function checkObjectives(
  { strategy, jobs }: PlacedStrategy,
  world: WorldSpecification,
  { warnings }: Compilation,
): void {
  for (const { name, needs, objectives } of world.services.values()) {
    const { rpo_s } = objectives
    for (const dataset of needs) {
      const spacings = jobs.flatMap(({ job }) => spacingOf(job, dataset, world) ?? [])
      if (spacings.length === 0) continue
      const least = spacings.reduce((a, b) => (a.spacing_s <= b.spacing_s ? a : b))
      if (least.spacing_s <= rpo_s) continue
      warnings.add(
        `strategy ${strategy.name}: ${name} may lose ${formatQuantity(rpo_s, 'seconds')}, but the ${least.job} of ${dataset} leads ` +
          `to states that are ${formatQuantity(least.spacing_s, 'seconds')} apart; ${least.remedy}`,
      )
    }
  }
}

/** Undefined for a job that does not follow the writes of the dataset. */
function spacingOf(job: Job, name: string, { datasets }: WorldSpecification): Spacing | undefined {
  const dataset = datasets.get(name)
  if (dataset === undefined || !('dataset' in job) || job.dataset !== name) return undefined
  const { writeInterval_s, size_bytes, change_perDay } = dataset
  // A replica of data that never change is never behind.
  const spacing_s = writeInterval_s === Infinity ? 0 : writeInterval_s
  const byWrites: Spacing = { job: job.kind, spacing_s, remedy: `give ${name} a shorter write-interval` }
  if (job.kind === 'journal') return byWrites
  if (job.kind === 'replicate') return job.synchronous ? { ...byWrites, spacing_s: 0 } : byWrites
  if (job.kind !== 'log') return undefined
  const full_s = job.segment_bytes / ((size_bytes * change_perDay * job.volume) / DAY_S)
  const closed_s = Math.min(job.timeout_s, full_s)
  if (closed_s <= spacing_s || spacing_s === 0) return byWrites
  return { job: job.kind, spacing_s: closed_s, remedy: 'give it a shorter timeout' }
}
