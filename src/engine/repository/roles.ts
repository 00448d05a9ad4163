import { AccessDeniedError } from '../errors.ts'
import type { BlobStore } from '../ports.ts'
import { readingHalf } from '../stores/reading-half.ts'

/**
 * The role of a key. A `reader` lists and restores. A `writer` also backs up, copies and extends locks, but deletes
 * nothing and creates no keys: it cannot remove what it has stored. An `administrator` does everything.
 */
export type Role = 'administrator' | 'writer' | 'reader'

export const ROLES: readonly Role[] = ['administrator', 'writer', 'reader']

/** Where a writer may put blobs: nowhere that decides who may do what. */
const WRITABLE = ['data/', 'index/', 'snapshots/']

/**
 * The store as a role may use it. This keeps a program to its role; only the store itself can keep the holder of its
 * credentials to that, so give each role credentials of its own (an append-only server, a bucket policy, file
 * permissions).
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
          // Locks are never shortened, so a writer who extends one cannot destroy anything.
          async extendLock(name, until, to) {
            if (role === 'reader') refuse('extend the lock of', name)
            return store.extendLock!(name, until, to)
          },
        }),
  }
}
