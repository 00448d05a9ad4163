import { compareTrees } from '../../../adapters/virtual/index.ts'
import { EngineError } from '../../../engine/errors.ts'
import type { Damage, Incident } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import { newestBackup } from '../points/newest-backup.ts'
import { adoptFrom, bytesBelow } from './parts-of-tree.ts'
import { journalPoint } from './restore-from-journal.ts'
import type { RestoredDataset } from './restored-dataset.ts'

/**
 * Goes back to a snapshot of the array, where it holds a newer state from before the incident than backups and journals do: at
 * once for a whole dataset by reverting, at the pace of its disks from a split mirror or for single folders, which are copied.
 * After the loss of a virtual machine too, whose images the array had. Undefined when there is none, or the array is gone
 * with it.
 * @param evenIfOlder nothing came of what would be newer
 */
export async function revert(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  { evenIfOlder = false } = {},
): Promise<RestoredDataset | undefined> {
  const { world, strategy } = operations
  const { simulation } = world
  const { files, snapshots } = world.dataset(damage.dataset)
  const job = strategy.jobs.find((each) => each.kind === 'snapshot' && each.dataset === damage.dataset)
  const node = world.nodeOf(damage.dataset)
  const array = world.arrayOf(damage.dataset)
  if (job?.kind !== 'snapshot' || !node.alive || !world.node(array).alive) return undefined
  const onset = world.instant(incident.onset_s)
  snapshots.fit(files, world.clock.now(), job.reserve_bytes)
  const snapshot = snapshots.newestBefore(onset)
  if (snapshot === undefined) return undefined
  const recoveryPoint_s = snapshot.cut - world.start
  const newer = Math.max(
    newestBackup(operations, incident, damage),
    world.instant(journalPoint(operations, incident, damage)?.point.cut_s ?? -Infinity),
  )
  if (!evenIfOlder && newer > snapshot.cut) return undefined
  const { only } = damage
  const tree = snapshot.tree
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
