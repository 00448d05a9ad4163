import { BlobNotFoundError, ObjectLockedError } from '../errors.ts'
import type { Repository } from '../repository/repository.ts'

export interface ForgetReport {
  readonly forgotten: readonly string[]
  /** Ids of snapshots that object lock protects. */
  readonly locked: readonly string[]
}

/** Removes snapshots. Data that only they needed stay until a prune. Locked ones stay and are reported. */
export async function forget(repository: Repository, snapshotIds: readonly string[]): Promise<ForgetReport> {
  return repository.audited(
    'forget',
    async () => {
      const forgotten: string[] = []
      const locked: string[] = []
      for (const id of snapshotIds) {
        const name = `snapshots/${id}`
        try {
          await repository.store.delete(name)
        } catch (error) {
          if (error instanceof ObjectLockedError) {
            locked.push(id)
            continue
          }
          // Another client has removed it first.
          if (!(error instanceof BlobNotFoundError)) throw error
        }
        repository.cache.snapshots.delete(name)
        forgotten.push(id)
      }
      return { forgotten, locked }
    },
    ({ forgotten, locked }) => ({ forgotten: forgotten.length, locked: locked.length }),
  )
}
