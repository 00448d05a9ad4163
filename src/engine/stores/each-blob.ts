import type { BlobInfo, BlobStore } from '../ports.ts'

/** Visits all blobs below a prefix, in the order of listing; page by page where the store can, to wait less often. */
export async function eachBlob(store: BlobStore, prefix: string, visit: (blob: BlobInfo) => void): Promise<void> {
  if (store.pages === undefined) for await (const info of store.list(prefix)) visit(info)
  else for await (const page of store.pages(prefix)) for (let at = 0; at < page.length; at++) visit(page[at]!)
}
