import { forget, prune, selectSnapshots } from '../../engine/index.ts'
import type { Repository } from '../../engine/index.ts'
import type { Instant } from '../../engine/ports.ts'
import type { KeepPolicy } from '../strategy.ts'

/** Longer than any backup that could still refer to a pack that nothing seems to need. */
const GRACE_S = 2 * 86_400

/** Forgets the snapshots that the policy does not keep; drops what nothing refers to any more when that is due. */
export async function thinOut(
  repository: Repository,
  keep: KeepPolicy,
  now: Instant,
  pruneDue: boolean,
): Promise<void> {
  const decisions = selectSnapshots(await repository.snapshots(), keep, now)
  const dropped = decisions.filter((decision) => !decision.keep).map((decision) => decision.id)
  if (dropped.length > 0) await forget(repository, dropped)
  if (pruneDue) await prune(repository, { grace_s: GRACE_S })
}
