import type { Repository } from '../repository/repository.ts'
import { taggedWith } from '../repository/snapshot.ts'
import type { Snapshot } from '../repository/snapshot.ts'

/** How to change the tags of a snapshot. */
export interface TagChange {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

export interface TagReport {
  /**
   * The changed snapshots. A stored snapshot never changes: the new ones have new ids, and name the old one as their
   * `original`.
   */
  readonly snapshots: readonly Snapshot[]
  /** Number of snapshots that had the tags already. */
  readonly unchanged: number
}

/**
 * Changes the tags of snapshots: each is written again, then the old one is removed. Between the two, both exist.
 * @throws ObjectLockedError for one that is locked: it stays, and so does its new version
 */
export async function tagSnapshots(
  repository: Repository,
  snapshots: readonly Snapshot[],
  { add = [], remove = [] }: TagChange,
): Promise<TagReport> {
  return repository.audited(
    'tag',
    async () => {
      repository.requireAdministrator('change tags')
      const changed: Snapshot[] = []
      for (const snapshot of snapshots) {
        const { id, tags: before = [], ...rest } = snapshot
        const { tags } = taggedWith([...before.filter((tag) => !remove.includes(tag)), ...add])
        if (before.length === (tags?.length ?? 0) && before.every((tag) => tags?.includes(tag))) continue
        changed.push(
          await repository.writeSnapshot({
            ...rest,
            ...(tags === undefined ? {} : { tags }),
            original: snapshot.original ?? id,
          }),
        )
        await repository.store.delete(`snapshots/${id}`)
        repository.cache.snapshots.delete(`snapshots/${id}`)
      }
      return { snapshots: changed, unchanged: snapshots.length - changed.length }
    },
    ({ snapshots: changed }) => ({ snapshots: changed.length }),
  )
}
