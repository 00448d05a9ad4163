import type { BlobInfo, BlobStore } from '../ports.ts'
import { packNameOf } from './pack-writer.ts'

/** The packs that the store has, by name. */
export async function storedPacks(store: BlobStore): Promise<Map<string, BlobInfo>> {
  const packs = new Map<string, BlobInfo>()
  const take = (info: BlobInfo): void => {
    const name = packNameOf(info.name)
    if (name !== undefined) packs.set(name, info)
  }
  if (store.pages === undefined) for await (const info of store.list('data/')) take(info)
  else for await (const page of store.pages('data/')) page.forEach(take)
  return packs
}
