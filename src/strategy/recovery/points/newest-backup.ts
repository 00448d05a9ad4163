import type { Instant } from '../../../engine/ports.ts'
import type { Damage, Incident, World } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import type { RecoveryPoint } from '../../recovery-points.ts'
import { reachOfLog } from '../restore/replay-log.ts'

/** The newest state from before an incident that backups, with the log, seem to lead to; -Infinity where there are none. */
export function newestBackup(operations: Operations, incident: Incident, damage: Damage): Instant {
  const { world, points } = operations
  const backups = points.all.filter(
    (point) => point.dataset === damage.dataset && point.cut_s < incident.onset_s && isThere(world, point),
  )
  const newest_s = backups.reduce((newest, { cut_s }) => Math.max(newest, cut_s), -Infinity)
  return reachOfLog(operations, incident, damage, world.instant(newest_s))
}

/** Neither the retention nor an intruder has deleted it, nor has its store gone. */
export function isThere(world: World, { store, dataset, snapshot, until_s }: RecoveryPoint): boolean {
  const { alive, objects } = world.store(store)
  return until_s === Infinity && alive && objects.find(`${dataset}/snapshots/${snapshot}`) !== undefined
}
