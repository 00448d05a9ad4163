import { ADDRESS_BYTES } from '../index/address.ts'

/** Files with more chunks than this have them in separate lists, so that one changed chunk does not rewrite all of them. */
const CHUNKS_IN_ENTRY = 8
/** Lists are cut at addresses that begin with so many zero bits: 256 addresses on average, and this many at most. */
const CUT_MASK = 0xff
const CHUNKS_IN_LIST = 2048

/**
 * The lists of a long file: its addresses, cut where the addresses themselves say so, so that a change moves only the
 * cuts next to it. Undefined for a file that needs no lists.
 */
export function chunkLists(chunks: Uint8Array): Uint8Array[] | undefined {
  if (chunks.length <= CHUNKS_IN_ENTRY * ADDRESS_BYTES) return undefined
  const lists: Uint8Array[] = []
  let start = 0
  for (let at = 0; at < chunks.length; at += ADDRESS_BYTES) {
    const end = at + ADDRESS_BYTES
    const isCut = (chunks[at]! & CUT_MASK) === 0 || end - start === CHUNKS_IN_LIST * ADDRESS_BYTES
    if (!isCut && end < chunks.length) continue
    lists.push(chunks.subarray(start, end))
    start = end
  }
  return lists
}
