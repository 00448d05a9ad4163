import { forget, prune, selectSnapshots } from '../../engine/index.ts'
import type { Repository } from '../../engine/index.ts'
import type { KeepPolicy } from '../strategy.ts'
import type { JobContext } from './job.ts'

/** Longer than any backup that could still refer to a pack that nothing seems to need. */
const GRACE_S = 2 * 86_400

/**
 * Forgets the snapshots that the policy does not keep; drops what nothing refers to any more when that is due, and when
 * there is something to drop: after a snapshot was forgotten, until what it left has been deleted.
 */
export async function thinOut(
  { world, repositories, points, work, pruneDue }: JobContext,
  repository: Repository,
  keep: KeepPolicy,
): Promise<void> {
  const decisions = selectSnapshots(await repository.snapshots(), keep, world.clockOf(work.node).now())
  const dropped = decisions.filter((decision) => !decision.keep).map((decision) => decision.id)
  const { wasteful } = repositories
  if (dropped.length > 0) {
    const { forgotten } = await forget(repository, dropped)
    for (const snapshot of forgotten) points.forget(snapshot, world.simulation.now)
    if (forgotten.length > 0) wasteful.add(repository.id)
  }
  if (!pruneDue || !wasteful.has(repository.id)) return
  const { plan } = await prune(repository, { grace_s: GRACE_S })
  if (plan.mark.length + plan.repack.length + plan.waiting.length + plan.locked.length === 0) {
    wasteful.delete(repository.id)
  }
}
