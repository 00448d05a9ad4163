import { ADDRESS_BYTES, AddressCursor } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import type { Content } from '../ports.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import { isAddressOf } from './chunk-reader.ts'

/** Bytes of a file read at once. */
const WINDOW_BYTES = 4 * 1024 * 1024

/** A file that may hold the chunks of an entry. */
export interface CandidateFile {
  /** The bytes [offset, offset + length); fewer at its end. */
  readonly read: (offset: number, length: number) => Promise<Content>
  readonly window_bytes?: number | undefined
  /** Called with the number of bytes of each window found to be equal. */
  readonly onEqual?: (bytes: number) => void
}

/**
 * Whether a file holds just these chunks, one after another: reads it window by window and compares ids, so that the
 * chunks themselves are not read.
 * @param addresses of the chunks, and their `entries` in the index
 * @param lineage   tags that the chunks may have
 */
export async function holdsChunks(
  { ports, keys, index }: ReadableRepository,
  { addresses, entries }: { readonly addresses: Uint8Array; readonly entries: readonly number[] },
  lineage: readonly LineageTag[],
  { read, window_bytes = WINDOW_BYTES, onEqual }: CandidateFile,
): Promise<boolean> {
  const lengths = entries.map((entry) => index.lengthOf(entry))
  const id = new AddressCursor()
  let offset = 0
  for (let chunk = 0; chunk < lengths.length;) {
    let last = chunk
    let length = lengths[chunk]!
    while (last + 1 < lengths.length && length + lengths[last + 1]! <= window_bytes) length += lengths[++last]!
    const content = await read(offset, length)
    if (content.length !== length) return false
    for (let from = 0; chunk <= last; chunk++) {
      const part = ports.fidelity.slice(content, from, from + lengths[chunk]!)
      ports.fidelity.identify(part, keys, id.bytes, 0)
      if (!isAddressOf(id, addresses, chunk * ADDRESS_BYTES, lineage)) return false
      from += lengths[chunk]!
    }
    offset += length
    onEqual?.(length)
  }
  await ports.cpu.charge([['hash', offset]])
  return true
}
