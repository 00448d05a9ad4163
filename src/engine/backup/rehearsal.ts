import { readingHalf } from '../stores/reading-half.ts'
import type { Repository } from '../repository/repository.ts'

/** A view of the repository whose writes are discarded and leave no trace. It has no locks. */
export function rehearsalOf(repository: Repository): Repository {
  const { store, cache } = repository
  const forgetful = { ...readingHalf(store), async put() {}, async delete() {} }
  return repository.with({ store: forgetful, cache: cache.fork() })
}
