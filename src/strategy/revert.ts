import { compareTrees } from '../adapters/virtual/index.ts'
import { EngineError } from '../engine/errors.ts'
import type { Damage, Incident } from '../world/index.ts'
import type { Operations } from './operations.ts'
import type { RestoredDataset } from './restore-dataset.ts'

/**
 * Goes back to a snapshot of the array, where it holds a newer state from before the incident than the backups do: at once
 * for a whole dataset by reverting, at the pace of its disks from a split mirror or for single folders, which are copied.
 * Undefined when there is none, or the array is gone with it.
 */
export async function revert(
  { world, strategy, points }: Operations,
  incident: Incident,
  damage: Damage,
): Promise<RestoredDataset | undefined> {
  const { simulation } = world
  const { files, snapshots } = world.dataset(damage.dataset)
  const job = strategy.jobs.find((each) => each.kind === 'snapshot' && each.dataset === damage.dataset)
  const node = world.nodeOf(damage.dataset)
  if (job?.kind !== 'snapshot' || !incident.logical || !node.alive) return undefined
  const onset = world.instant(incident.onset_s)
  snapshots.fit(files, world.clock.now(), job.reserve_bytes)
  const snapshot = snapshots.newestBefore(onset)
  if (snapshot === undefined) return undefined
  const recoveryPoint_s = snapshot.cut - world.start
  const isNewer = points.all.some(
    ({ dataset, cut_s, until_s }) =>
      dataset === damage.dataset && until_s === Infinity && cut_s > recoveryPoint_s && cut_s < incident.onset_s,
  )
  if (isNewer) return undefined
  const { only } = damage
  const tree = snapshot.tree
  const kept = only?.filter((path) => tree.lookup(path) !== undefined)
  const bytes = kept === undefined ? tree.bytes : kept.reduce((sum, path) => sum + bytesOf(tree.lookup(path)!), 0)
  if (job.mirror || only !== undefined) {
    const over = [node.diskRead, node.diskWrite].map((resource) => ({ resource }))
    try {
      await simulation.flows.transfer({ amount: bytes, over, purpose: 'restore' }).done
    } catch (error) {
      if (error instanceof EngineError) return undefined
      throw error
    }
  }
  const now = world.clock.now()
  for (const path of kept ?? []) files.adopt(path, tree.lookup(path)!, now)
  const expected = files.at(snapshot.cut)
  if (expected === undefined || !compareTrees(kept === undefined ? tree : files.root, expected, kept).equal) {
    throw new Error(`the snapshot of ${damage.dataset} is not what the history holds at ${recoveryPoint_s} s`)
  }
  return {
    store: `snapshots of ${node.name}`,
    recoveryPoint_s,
    restored_bytes: bytes,
    lost_bytes: files.writtenBytes(snapshot.cut, world.instant(incident.detected_s), only),
    passedOver: [],
  }
}

function bytesOf(node: { readonly kind: string; readonly bytes?: number; readonly size?: number }): number {
  return (node.kind === 'directory' ? node.bytes : node.kind === 'file' ? node.size : 0) ?? 0
}
