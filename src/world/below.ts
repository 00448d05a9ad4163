import type { BlobStore } from '../engine/ports.ts'

/** The part of a store whose names begin with `prefix`, seen without it. */
export function below(prefix: string, store: BlobStore): BlobStore {
  return {
    name: `${store.name}/${prefix}`,
    put: (name, parts, options) => store.put(prefix + name, parts, options),
    get: (name, range) => store.get(prefix + name, range),
    stat: async (name) => ({ ...(await store.stat(prefix + name)), name }),
    async *list(start) {
      for await (const { name, size, created, lockedUntil } of store.list(prefix + start)) {
        yield { name: name.slice(prefix.length), size, created, ...(lockedUntil === undefined ? {} : { lockedUntil }) }
      }
    },
    delete: (name) => store.delete(prefix + name),
    ...(store.extendLock === undefined
      ? {}
      : { extendLock: (name, until, to) => store.extendLock!(prefix + name, until, to) }),
    ...(store.prepare === undefined ? {} : { prepare: (names) => store.prepare!(names.map((name) => prefix + name)) }),
  }
}
