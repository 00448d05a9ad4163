import { mountSnapshot } from '../../../engine/index.ts'
import type { MountedSnapshot, Repository, Snapshot } from '../../../engine/index.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import type { World } from '../../../world/index.ts'
import type { InstantPlan } from '../../strategy.ts'

/** A booting machine reads scattered blocks of this size, a few at a time. */
const BLOCK_BYTES = 2 ** 20
const READS_AT_MOST = 2000
const READS_AT_ONCE = 4

/** Whether machines can run from a store: not where each read winds a tape, or waits for a courier. */
export function canServe(world: World, store: string): boolean {
  const { kind } = world.store(store).specification
  return kind !== 'tape' && kind !== 'courier'
}

/**
 * Mounts a snapshot and reads as much as the machine reads until it runs. These are ordinary reads, subject to the
 * store, the links and the engine.
 */
export async function boot(
  { repository, snapshot }: { readonly repository: Repository; readonly snapshot: Snapshot },
  { boot_bytes }: InstantPlan,
  random: RandomStream,
): Promise<void> {
  const mounted = await mountSnapshot(repository, snapshot.id)
  const total_bytes = mounted.files.reduce((sum, { size }) => sum + size, 0)
  const bytes = Math.min(boot_bytes, total_bytes)
  const block_bytes = Math.max(BLOCK_BYTES, bytes / READS_AT_MOST)
  let left_bytes = bytes
  const reader = async (): Promise<void> => {
    while (left_bytes > 0) {
      const length = Math.min(left_bytes, block_bytes)
      left_bytes -= length
      await readAt(mounted, random.uniform() * (total_bytes - length), length)
    }
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader))
}

/** Reads at the same offset of all images one after the other; what lies beyond the end of one is left out. */
async function readAt(mounted: MountedSnapshot, place: number, length: number): Promise<void> {
  let start = place
  for (const { path, size } of mounted.files) {
    if (start < size) {
      await mounted.read(path, { start: Math.floor(start), end: Math.min(size, Math.ceil(start + length)) })
      return
    }
    start -= size
  }
}
