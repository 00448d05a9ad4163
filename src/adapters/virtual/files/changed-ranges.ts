import type { ByteRange } from '../../../engine/ports.ts'
import { ZERO_STREAM } from '../content/extent-stream.ts'
import { Extents } from '../content/extents.ts'
import type { FileContent, HeldBytes } from './held-file.ts'

/** Numbers per piece of extents: stream, offset in the stream, end in the content. */
const STRIDE = 3

/**
 * Where two versions of a file differ, position by position and in whole blocks, as in a hypervisor's bitmap of dirty
 * blocks; what only the later version has counts as different. Undefined where one is bytes and the other described.
 * @returns ascending, disjoint ranges
 */
export function changedRanges(before: FileContent, after: FileContent, block_bytes: number): ByteRange[] | undefined {
  const ranges: ByteRange[] = []
  const add = (from: number, to: number): void => {
    const start = Math.floor(Math.floor(from / block_bytes) * block_bytes)
    const end = Math.min(after.length, Math.ceil(Math.ceil(to / block_bytes) * block_bytes))
    const last = ranges.at(-1)
    if (last !== undefined && start <= last.end) ranges[ranges.length - 1] = { start: last.start, end }
    else ranges.push({ start, end })
  }
  if (before instanceof Extents && after instanceof Extents) compareExtents(before, after, add)
  else if (!(before instanceof Extents) && !(after instanceof Extents)) compareBytes(before, after, add)
  else return undefined
  if (after.length > before.length) add(before.length, after.length)
  return ranges
}

type Add = (from: number, to: number) => void

/** Compares piece by piece without joining anything, because it is called for every file that a backup finds changed. */
function compareExtents(before: Extents, after: Extents, add: Add): void {
  const [a, b] = [before.raw, after.raw]
  const length = Math.min(before.length, after.length)
  for (let i = a.first, j = b.first, from = 0; from < length;) {
    const endA = a.pieces[i + 2]! - a.start
    const endB = b.pieces[j + 2]! - b.start
    const to = Math.min(length, endA, endB)
    if (a.pieces[i] !== b.pieces[j] || shiftOf(a, i) !== shiftOf(b, j)) add(from, to)
    if (endA <= to) i += STRIDE
    if (endB <= to) j += STRIDE
    from = to
  }
}

/**
 * Offset in the stream minus the position in the content: pieces of the same stream with equal shifts hold equal bytes
 * at equal positions.
 */
function shiftOf({ pieces, start }: Extents['raw'], at: number): number {
  // Zeros are the same at any position.
  if (pieces[at] === ZERO_STREAM) return 0
  return pieces[at + 1]! - (at === 0 ? 0 : pieces[at - 1]!) + start
}

function compareBytes(before: HeldBytes, after: HeldBytes, add: Add): void {
  const length = Math.min(before.length, after.length)
  for (let i = 0, j = 0, from = 0; from < length;) {
    const blockA = before.blocks[i]!
    const blockB = after.blocks[j]!
    const endA = before.ends[i]!
    const endB = after.ends[j]!
    const to = Math.min(length, endA, endB)
    // Versions share the blocks that no write has touched.
    const offsetA = from - (endA - blockA.length)
    const offsetB = from - (endB - blockB.length)
    const isSame =
      (blockA === blockB && offsetA === offsetB) ||
      equal(blockA.subarray(offsetA, offsetA + to - from), blockB.subarray(offsetB, offsetB + to - from))
    if (!isSame) add(from, to)
    if (endA <= to) i++
    if (endB <= to) j++
    from = to
  }
}

/** Browsers have no Buffer to compare them in one call. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (typeof Buffer !== 'undefined') return Buffer.compare(a, b) === 0
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
