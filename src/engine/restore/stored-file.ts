import { nameText } from '../encoding/name-text.ts'
import { RepositoryFormatError } from '../errors.ts'
import type { LineageTag } from '../index/address.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ByteRange, Content, NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import type { TreeReader } from '../trees/tree-reader.ts'
import type { TreeEntry } from '../trees/tree.ts'

/** A file of a snapshot that is read in place. */
export interface StoredFile {
  /** Reads a part of it, up to its end. Each chunk is verified. @throws RepositoryFormatError */
  read(range: ByteRange): Promise<Content>
}

export async function storedFile(
  repository: Repository,
  reader: TreeReader,
  lineage: readonly LineageTag[],
  { path, entry }: { readonly path: NameBytes; readonly entry: TreeEntry },
): Promise<StoredFile> {
  const [list] = await reader.chunkLists([entry])
  const all = reader.entriesOf(list!, path)
  let size = 0
  const offsets = all.map((chunk) => {
    const offset = size
    size += repository.index.lengthOf(chunk)
    return offset
  })
  return {
    async read({ start, end }) {
      const from = Math.max(
        0,
        offsets.findLastIndex((offset) => offset <= start),
      )
      const to = offsets.findIndex((offset) => offset >= Math.min(end, size))
      const wanted = all.slice(from, to < 0 ? all.length : to)
      const read = new Map<number, Content>()
      await readChunks(
        repository,
        [...new Set(wanted)],
        {
          chunks(numbers, contents) {
            for (const [at, number] of numbers.entries()) read.set(number, contents[at]!)
          },
          damaged(_lost, reason) {
            throw new RepositoryFormatError(`a part of ${nameText(path)} cannot be read: ${reason}`)
          },
        },
        { lineage },
      )
      const { fidelity } = repository.ports
      const whole = fidelity.concat(wanted.map((number) => read.get(number)!))
      const offset = offsets[from] ?? 0
      return fidelity.slice(whole, Math.min(start - offset, whole.length), Math.min(end - offset, whole.length))
    },
  }
}
