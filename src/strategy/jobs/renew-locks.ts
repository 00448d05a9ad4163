import type { LockOptions, LockReport } from '../../engine/index.ts'
import type { BackupJob, CopyJob } from '../strategy.ts'
import type { JobContext } from './job.ts'

/** The lock that a run asks for: the store's own lock time, extended to everything that the snapshot needs. */
export function lockOf({ to, renewLocks }: BackupJob | CopyJob, { world, work }: JobContext): LockOptions {
  const { lock_s = 0 } = world.store(to).specification
  return renewLocks === true && lock_s > 0 ? { lockUntil: world.clockOf(work.node).now() + lock_s } : {}
}

export function remarkOn(locks: LockReport | undefined): string {
  return locks?.failure === undefined ? '' : `locks not renewed: ${locks.failure}`
}
