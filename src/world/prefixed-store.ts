import type { BlobInfo, BlobStore } from '../engine/ports.ts'

/** The blobs of a store whose names begin with `prefix`, under names without the prefix. */
export function prefixedStore(prefix: string, store: BlobStore): BlobStore {
  const seen = ({ name, size, created, lockedUntil }: BlobInfo): BlobInfo => ({
    name: name.slice(prefix.length),
    size,
    created,
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
  })
  return {
    name: `${store.name}/${prefix}`,
    put: (name, parts, options) => store.put(prefix + name, parts, options),
    get: (name, range) => store.get(prefix + name, range),
    stat: async (name) => ({ ...(await store.stat(prefix + name)), name }),
    async *list(start) {
      for await (const info of store.list(prefix + start)) yield seen(info)
    },
    ...(store.pages === undefined
      ? {}
      : {
          async *pages(start: string) {
            for await (const page of store.pages!(prefix + start)) yield page.map(seen)
          },
        }),
    delete: (name) => store.delete(prefix + name),
    ...(store.extendLock === undefined
      ? {}
      : { extendLock: (name, until, to) => store.extendLock!(prefix + name, until, to) }),
    ...(store.prepare === undefined
      ? {}
      : {
          async prepare(names) {
            const order = await store.prepare!(names.map((name) => prefix + name))
            return (
              order && { ...order, media: order.media.map((blobs) => blobs.map((name) => name.slice(prefix.length))) }
            )
          },
        }),
  }
}
