import { compareTrees } from '../../../adapters/virtual/index.ts'
import type { Damage, Incident } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import { journalOf } from '../../jobs/journal.ts'
import type { TreeState } from '../../replicas.ts'
import type { HitService } from '../services-hit.ts'

/** The state in which a standby can take over for data that are gone. */
export interface StandbyPoint {
  readonly dataset: string
  readonly node: string
  /** Instant of the consistent cut, seconds since start. */
  readonly cut_s: number
  /** Bytes that the journal has to roll back, for a state that is not the newest. */
  readonly rollback_bytes: number
}

/** The standby points with which a service can continue; undefined where one of its datasets has no standby. */
export function standbyPoints(
  operations: Operations,
  incident: Incident,
  { damage: own }: HitService,
): readonly StandbyPoint[] | undefined {
  const points = own.flatMap((damage) => {
    const onset_s = damage.since_s ?? incident.onset_s
    return standbyPoint(operations, { ...incident, onset_s }, damage) ?? []
  })
  return points.length > 0 && points.length === own.length ? points : undefined
}

/**
 * The newest untainted state that a replica can be brought to; undefined when there is none. A replica follows every
 * write, so after a logical incident only a journal reaches back to before the onset. A deletion is repaired from
 * backups: going back with the whole dataset would lose the work done since.
 */
function standbyPoint(
  { world, strategy, replicas }: Operations,
  incident: Incident,
  damage: Damage,
): StandbyPoint | undefined {
  if (damage.only !== undefined) return undefined
  const { files } = world.dataset(damage.dataset)
  let best:
    | { readonly node: string; readonly cut_s: number; readonly newest_s: number; readonly tree: TreeState }
    | undefined
  for (const job of strategy.jobs) {
    if ((job.kind !== 'replicate' && job.kind !== 'journal') || job.dataset !== damage.dataset) continue
    if (!world.node(job.to).alive) continue
    if (job.kind === 'replicate' && job.synchronous) {
      const tree = files.at(world.instant(incident.onset_s))
      // A synchronous replica has every write before it is acknowledged, encrypted ones included.
      if (incident.logical || tree === undefined) continue
      return checked({ node: job.to, cut_s: incident.onset_s, newest_s: incident.onset_s, tree })
    }
    const replica = replicas.of(job.kind === 'journal' ? journalOf(job) : job)
    const point = replica.newestUpTo(incident.logical ? before(incident.onset_s) : incident.onset_s)
    if (point === undefined || (best !== undefined && best.cut_s >= point.cut_s)) continue
    best = { node: job.to, newest_s: replica.newest!.cut_s, ...point }
  }
  return best === undefined ? undefined : checked(best)

  function checked({ node, cut_s, newest_s, tree }: NonNullable<typeof best>): StandbyPoint {
    const expected = files.at(world.instant(cut_s))
    if (expected === undefined || !compareTrees(tree, expected).equal) {
      throw new Error(`the replica of ${damage.dataset} on ${node} is not what the history holds at ${cut_s} s`)
    }
    const rollback_bytes = files.writtenBytes(world.instant(cut_s), world.instant(newest_s))
    return { dataset: damage.dataset, node, cut_s, rollback_bytes }
  }
}

/** The last representable instant before one. */
function before(time_s: number): number {
  return time_s * (1 - Number.EPSILON)
}
