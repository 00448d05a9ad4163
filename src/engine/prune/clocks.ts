import { EngineError } from '../errors.ts'
import type { Repository } from '../repository/repository.ts'

/** What clients allow for between their clocks, seconds; a grace period is much longer. */
export const CLOCKS_DIFFER_S = 3600

/**
 * Makes sure that this machine and the store agree on the time. Whoever prunes with a clock that is days ahead takes
 * marks of an hour ago for older than the grace period, and deletes what a backup under way still leans on; with a
 * clock that is days behind, marks are made that the next client takes for such. The store tells its time by a blob,
 * which is written for that.
 */
export async function requireAgreeingClocks(repository: Repository): Promise<void> {
  const { store, cache, ports } = repository
  const before = ports.clock.now()
  const name = await repository.writeIndexFile({ packs: [], marks: [], removed: [] })
  const { created } = await store.stat(name)
  const after = ports.clock.now()
  await store.delete(name)
  cache.indexFiles.delete(name)
  const ahead_s = before > created ? before - created : Math.min(0, after - created)
  if (Math.abs(ahead_s) <= CLOCKS_DIFFER_S) return
  throw new EngineError(
    `nothing was pruned: the clock of this machine is ${(Math.abs(ahead_s) / 3600).toFixed(1)} hours ${ahead_s > 0 ? 'ahead of' : 'behind'} that of ${store.name}, and what backups under way lean on could be deleted too early; set the clock`,
  )
}
