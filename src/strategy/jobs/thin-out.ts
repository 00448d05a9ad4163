import { forget, prune, selectSnapshots } from '../../engine/index.ts'
import type { PruneOptions, Repository } from '../../engine/index.ts'
import type { KeepPolicy } from '../strategy.ts'
import type { JobContext } from './job.ts'

/** Longer than any backup that could still refer to a pack that seems unneeded. */
const GRACE_S = 2 * 86_400

/** Forgets the snapshots that the policy does not keep, and prunes when that is due. */
export async function thinOut(context: JobContext, repository: Repository, keep: KeepPolicy): Promise<void> {
  await forgetBy(context, repository, keep)
  if (context.pruneDue) await dropUnneeded(context, repository, { grace_s: GRACE_S })
}

/** Forgets the snapshots that the policy does not keep. */
export async function forgetBy(
  { world, repositories, points, work }: JobContext,
  repository: Repository,
  keep: KeepPolicy,
): Promise<void> {
  const decisions = selectSnapshots(await repository.snapshots(), keep, world.clockOf(work.node).now())
  const dropped = decisions.filter((decision) => !decision.keep).map((decision) => decision.id)
  if (dropped.length === 0) return
  const { forgotten } = await forget(repository, dropped)
  for (const snapshot of forgotten) points.forget(snapshot, world.simulation.now)
  if (forgotten.length > 0) repositories.wasteful.add(repository.id)
}

/**
 * Prunes where there may be something to remove: from the first forgotten snapshot until what it left has been deleted.
 * @returns the bytes that were rewritten
 */
export async function dropUnneeded(
  { repositories: { wasteful } }: JobContext,
  repository: Repository,
  options: PruneOptions,
): Promise<number> {
  if (!wasteful.has(repository.id)) return 0
  const { plan, stored_bytes } = await prune(repository, options)
  if (plan.mark.length + plan.repack.length + plan.waiting.length + plan.locked.length === 0) {
    wasteful.delete(repository.id)
  }
  return stored_bytes
}
