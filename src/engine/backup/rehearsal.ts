import type { BlobStore } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'

/** A store that reads, and takes what it is given for stored. It has no locks. */
function forgetful(store: BlobStore): BlobStore {
  const { name, givesAway, copies } = store
  return {
    name,
    ...(givesAway === undefined ? {} : { givesAway }),
    ...(copies === undefined ? {} : { copies }),
    get: (blob, range) => store.get(blob, range),
    stat: (blob) => store.stat(blob),
    list: (prefix) => store.list(prefix),
    ...(store.pages === undefined ? {} : { pages: (prefix) => store.pages!(prefix) }),
    ...(store.prepare === undefined ? {} : { prepare: (names) => store.prepare!(names) }),
    async put() {},
    async delete() {},
  }
}

/** The same repository, but for what is written to it: that goes nowhere, and is not known of afterwards. */
export function rehearsalOf(repository: Repository): Repository {
  return repository.with({ store: forgetful(repository.store), cache: repository.cache.fork() })
}
