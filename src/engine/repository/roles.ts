import { AccessDeniedError } from '../errors.ts'
import type { BlobStore } from '../ports.ts'
import { readingHalf } from '../stores/reading-half.ts'

/**
 * What a key is for. `reader` lists and restores; `writer` also backs up and copies to, and makes locks last longer, but
 * deletes nothing and makes no keys: what it stored it cannot take away; `administrator` does everything.
 */
export type Role = 'administrator' | 'writer' | 'reader'

export const ROLES: readonly Role[] = ['administrator', 'writer', 'reader']

/** Where a writer may put: nothing that says who may do what. */
const WRITABLE = ['data/', 'index/', 'snapshots/']

/**
 * The store as a role may use it. It keeps a program to its role; who has the store's own credentials is kept to it by the
 * store only, so give each role credentials of its own (an append-only server, a bucket policy, file permissions).
 */
export function storeForRole(store: BlobStore, role: Role): BlobStore {
  if (role === 'administrator') return store
  const refuse = (doing: string, name: string): never => {
    throw new AccessDeniedError(`cannot ${doing} ${name} in ${store.name}: this key is for a ${role}`)
  }
  return {
    ...readingHalf(store),
    async put(name, parts, options) {
      if (role === 'reader' || !WRITABLE.some((folder) => name.startsWith(folder))) refuse('write', name)
      await store.put(name, parts, options)
    },
    async delete(name) {
      refuse('delete', name)
    },
    ...(store.extendLock === undefined
      ? {}
      : {
          // Never shortens one: what a writer makes last longer cannot be used to destroy anything.
          async extendLock(name, until, to) {
            if (role === 'reader') refuse('extend the lock of', name)
            return store.extendLock!(name, until, to)
          },
        }),
  }
}
