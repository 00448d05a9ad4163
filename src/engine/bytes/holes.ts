import type { ByteRange } from '../ports.ts'

/** Smaller blocks of zeros are written: a hole smaller than a file system's block saves nothing. */
const HOLE_BYTES = 64 * 1024
const ZEROS = new Uint8Array(HOLE_BYTES)

/** The parts of bytes that lie, or are to be written, at an offset that are not whole blocks of zeros. */
export function partsWithContent(bytes: Uint8Array, offset: number): ByteRange[] {
  const parts: ByteRange[] = []
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = Math.min(bytes.length, start + HOLE_BYTES - ((offset + start) % HOLE_BYTES))
    if (Buffer.compare(bytes.subarray(start, end), ZEROS.subarray(0, end - start)) === 0) continue
    addRange(parts, { start, end })
  }
  return parts
}

/** Appends a range; if it begins where the last one ends, that one is extended. */
export function addRange(ranges: ByteRange[], { start, end }: ByteRange): void {
  const last = ranges.at(-1)
  if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end }
  else ranges.push({ start, end })
}
