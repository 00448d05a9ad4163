import type { BlobStore } from '../ports.ts'

/**
 * A store that performs a check before each operation and leaves everything else to the store behind it.
 * @param check throws when nothing may begin
 * @param whileListing called again for each entry, or page, of a listing
 */
export function guardedStore(store: BlobStore, check: () => void, whileListing: () => void = () => {}): BlobStore {
  async function* listed<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    check()
    for await (const item of items) {
      whileListing()
      yield item
    }
  }
  const { name, givesAway, copies } = store
  return {
    name,
    ...(givesAway === undefined ? {} : { givesAway }),
    ...(copies === undefined ? {} : { copies }),
    async put(blob, parts, options) {
      check()
      await store.put(blob, parts, options)
    },
    async get(blob, range) {
      check()
      return store.get(blob, range)
    },
    async stat(blob) {
      check()
      return store.stat(blob)
    },
    list: (prefix) => listed(store.list(prefix)),
    ...(store.pages === undefined ? {} : { pages: (prefix) => listed(store.pages!(prefix)) }),
    async delete(blob) {
      check()
      await store.delete(blob)
    },
    ...(store.extendLock === undefined
      ? {}
      : {
          async extendLock(blob, until, to) {
            check()
            return store.extendLock!(blob, until, to)
          },
        }),
    ...(store.prepare === undefined ? {} : { prepare: (names) => store.prepare!(names) }),
  }
}
