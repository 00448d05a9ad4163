import type { Instant } from '../../../engine/ports.ts'
import type { Damage, Incident, World } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import type { RecoveryPoint } from '../../recovery-points.ts'
import { reachOfLog } from '../restore/replay-log.ts'

/** The newest state before an incident that backups, with the log, appear to lead to; -Infinity where there is none. */
export function newestBackup(operations: Operations, incident: Incident, damage: Damage): Instant {
  const { world, points } = operations
  const backups = points.all.filter(
    (point) => point.dataset === damage.dataset && point.cut_s < incident.onset_s && isThere(world, point),
  )
  const newest_s = backups.reduce((newest, { cut_s }) => Math.max(newest, cut_s), -Infinity)
  return reachOfLog(operations, incident, damage, world.instant(newest_s))
}

/** Whether the point still exists: neither retention nor an intruder has deleted it, and its store is not gone. */
export function isThere(world: World, { store, dataset, snapshot, until_s }: RecoveryPoint): boolean {
  const { alive, objects } = world.store(store)
  return until_s === Infinity && alive && objects.find(`${dataset}/snapshots/${snapshot}`) !== undefined
}
