import { readingHalf } from '../stores/reading-half.ts'
import type { Repository } from '../repository/repository.ts'

/** The same repository, but for what is written to it: that goes nowhere, and is not known of afterwards. It has no locks. */
export function rehearsalOf(repository: Repository): Repository {
  const { store, cache } = repository
  const forgetful = { ...readingHalf(store), async put() {}, async delete() {} }
  return repository.with({ store: forgetful, cache: cache.fork() })
}
