import { compareTrees } from '../../../adapters/virtual/index.ts'
import { EngineError } from '../../../engine/errors.ts'
import type { ArraySnapshot } from '../../../world/array-snapshots.ts'
import type { Damage, Incident } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import type { SnapshotJob } from '../../strategy.ts'
import { newestBackup } from '../points/newest-backup.ts'
import { adoptFrom, bytesBelow } from './parts-of-tree.ts'
import { journalPoint } from './restore-from-journal.ts'
import type { RestoredDataset } from './restored-dataset.ts'

/**
 * Goes back to a snapshot of the array, where that is a newer state from before the incident than backups and journals
 * have. Reverting a whole dataset is immediate; a split mirror or single folders are copied at the pace of the disks.
 * Also serves after the loss of a virtual machine whose images are on the array. Undefined when there is no such
 * snapshot, or the array is gone too.
 * @param evenIfOlder attempts at anything newer have failed
 */
export async function revert(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  { evenIfOlder = false } = {},
): Promise<RestoredDataset | undefined> {
  const { world } = operations
  const { simulation } = world
  const found = snapshotToRevertTo(operations, incident, damage, { evenIfOlder })
  if (found === undefined) return undefined
  const { job, snapshot } = found
  const { files } = world.dataset(damage.dataset)
  const node = world.nodeOf(damage.dataset)
  const array = world.arrayOf(damage.dataset)
  const recoveryPoint_s = snapshot.cut - world.start
  const { only } = damage
  const { tree } = snapshot
  const bytes = only === undefined ? tree.bytes : bytesBelow(tree, only)
  if (job.mirror || only !== undefined) {
    const over = [...node.reads, ...node.writes].map((resource) => ({ resource }))
    try {
      await simulation.flows.transfer({ amount: bytes, over, purpose: 'restore' }).done
    } catch (error) {
      if (error instanceof EngineError) return undefined
      throw error
    }
  }
  if (only !== undefined) adoptFrom(tree, files, only, world.clock.now())
  const expected = files.at(snapshot.cut)
  if (expected === undefined || !compareTrees(only === undefined ? tree : files.root, expected, only).equal) {
    throw new Error(`the snapshot of ${damage.dataset} is not what the history holds at ${recoveryPoint_s} s`)
  }
  return {
    store: `snapshots of ${array}`,
    recoveryPoint_s,
    restored_bytes: bytes,
    lost_bytes: files.writtenBytes(
      snapshot.cut,
      world.instant(incident.logical ? incident.detected_s : incident.onset_s),
      only,
    ),
    passedOver: [],
    older: false,
    left: [],
  }
}

/** The array snapshot to revert to; undefined where there is none, or something else leads to a newer state. */
export function snapshotToRevertTo(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  { evenIfOlder = false } = {},
): { readonly job: SnapshotJob; readonly snapshot: ArraySnapshot } | undefined {
  const { world, strategy } = operations
  const { files, snapshots } = world.dataset(damage.dataset)
  const job = strategy.jobs.find((each) => each.kind === 'snapshot' && each.dataset === damage.dataset)
  const stands = world.nodeOf(damage.dataset).alive && world.node(world.arrayOf(damage.dataset)).alive
  if (job?.kind !== 'snapshot' || !stands) return undefined
  snapshots.fit(files, world.clock.now(), job.reserve_bytes)
  const snapshot = snapshots.newestBefore(world.instant(incident.onset_s))
  if (snapshot === undefined) return undefined
  const newer = Math.max(
    newestBackup(operations, incident, damage),
    world.instant(journalPoint(operations, incident, damage)?.point.cut_s ?? -Infinity),
  )
  return !evenIfOlder && newer > snapshot.cut ? undefined : { job, snapshot }
}
