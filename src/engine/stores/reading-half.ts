import type { BlobStore } from '../ports.ts'

/** The operations of a store that change nothing in it: all but putting, deleting and locking. */
export function readingHalf(store: BlobStore): Omit<BlobStore, 'put' | 'delete' | 'extendLock'> {
  const { name, givesAway, copies } = store
  return {
    name,
    ...(givesAway === undefined ? {} : { givesAway }),
    ...(copies === undefined ? {} : { copies }),
    ...(store.prepare === undefined ? {} : { prepare: (names: readonly string[]) => store.prepare!(names) }),
    get: (blob, range) => store.get(blob, range),
    stat: (blob) => store.stat(blob),
    list: (prefix) => store.list(prefix),
    ...(store.pages === undefined ? {} : { pages: (prefix) => store.pages!(prefix) }),
  }
}
