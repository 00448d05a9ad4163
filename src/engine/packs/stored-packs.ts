import { eachBlob } from '../stores/each-blob.ts'
import type { BlobInfo, BlobStore } from '../ports.ts'
import { packNameOf } from './pack-writer.ts'

/** The packs that the store has, by name. */
export async function storedPacks(store: BlobStore): Promise<Map<string, BlobInfo>> {
  const packs = new Map<string, BlobInfo>()
  await eachBlob(store, 'data/', (info) => {
    const name = packNameOf(info.name)
    if (name !== undefined) packs.set(name, info)
  })
  return packs
}
