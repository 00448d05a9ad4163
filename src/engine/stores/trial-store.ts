import { concatBytes, heldBytes } from '../bytes/held-bytes.ts'
import { readPackHeader } from '../packs/pack-format.ts'
import type { BlobInfo, BlobStore, Clock, Content } from '../ports.ts'
import { readingHalf } from './reading-half.ts'

/**
 * A store in which an operation can be tried: nothing of it reaches the store behind, and what it has put it can list
 * and read. Packs of file content are listed only, as they would fill the memory; nothing is deleted.
 */
export function trialStore(store: BlobStore, clock: Clock): BlobStore {
  const infos = new Map<string, BlobInfo>()
  const contents = new Map<string, Uint8Array>()
  const { pages: _, ...behind } = readingHalf(store)
  return {
    ...behind,
    async put(name, parts) {
      const size = parts.reduce((sum, { length }) => sum + length, 0)
      infos.set(name, { name, size, created: clock.now() })
      // Whose memory may be used again afterwards.
      if (!isFileContent(name, parts)) contents.set(name, concatBytes(parts.map(heldBytes)).slice())
    },
    async get(name, range) {
      const content = contents.get(name)
      return content === undefined ? store.get(name, range) : content.slice(range?.start, range?.end)
    },
    stat: async (name) => infos.get(name) ?? store.stat(name),
    async *list(prefix) {
      const all = [...infos.values()].filter(({ name }) => name.startsWith(prefix))
      for await (const info of store.list(prefix)) all.push(info)
      yield* all.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async delete() {},
  }
}

function isFileContent(name: string, [header]: readonly Content[]): boolean {
  return name.startsWith('data/') && header !== undefined && readPackHeader(heldBytes(header)).kind === 'data'
}
