import type { Content } from '../../../engine/ports.ts'
import { Extents } from '../content/extents.ts'
import { concatBytes, concatContents, firstEndAbove, isZeros, sliceContent } from '../content/parts.ts'

/** Size of a file's blocks: an edit copies one or two of them, and versions share the rest. */
const BLOCK_BYTES = 16 * 1024

/**
 * The bytes of a file, in blocks that its versions share: history then costs what has changed, not the size of the
 * file. Immutable.
 */
export class HeldBytes implements Content {
  readonly length: number
  readonly blocks: readonly Uint8Array[]
  /** Where each block ends. */
  readonly ends: readonly number[]

  private constructor(blocks: readonly Uint8Array[]) {
    this.blocks = blocks
    let end = 0
    this.ends = blocks.map((block) => (end += block.length))
    this.length = end
  }

  /** Copies the bytes: they stay as they are now. */
  static of(bytes: Uint8Array): HeldBytes {
    return new HeldBytes(cutIntoBlocks(bytes))
  }

  /** A copy of the bytes [start, end). */
  read(start: number, end: number): Uint8Array {
    const { blocks, ends } = this
    const bytes = new Uint8Array(end - start)
    for (let at = firstEndAbove(ends, start), from = start; from < end; at++) {
      const block = blocks[at]!
      const begin = ends[at]! - block.length
      const stop = Math.min(end, ends[at]!)
      bytes.set(block.subarray(from - begin, stop - begin), from - start)
      from = stop
    }
    return bytes
  }

  splice(at: number, deleted: number, inserted: Uint8Array): HeldBytes {
    const { blocks, ends } = this
    if (this.length === 0) return HeldBytes.of(inserted)
    // Everything from the block that holds `at` to the block that holds the end of the deletion is cut again.
    const first = Math.min(firstEndAbove(ends, at), blocks.length - 1)
    let last = Math.min(firstEndAbove(ends, at + deleted), blocks.length - 1)
    const from = ends[first]! - blocks[first]!.length
    // The rest would be too small for a block: the next block is included, so that blocks do not crumble.
    while (last + 1 < blocks.length && ends[last]! - from - deleted + inserted.length < BLOCK_BYTES / 2) last++
    const to = ends[last]!
    const changed = concatBytes([this.read(from, at), inserted, this.read(at + deleted, to)])
    return new HeldBytes([...blocks.slice(0, first), ...cutIntoBlocks(changed), ...blocks.slice(last + 1)])
  }
}

function cutIntoBlocks(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    // A rest of between one and a half and two blocks is divided equally.
    const left = bytes.length - at
    const next = at + (left < 1.5 * BLOCK_BYTES ? left : BLOCK_BYTES)
    blocks.push(bytes.slice(at, next))
    at = next
  }
  return blocks
}

/** Content of a file in the virtual file system: bytes, or extents. */
export type FileContent = HeldBytes | Extents

/** Content as a file keeps it. Bytes are copied. */
export function heldContent(content: Content): FileContent {
  if (content instanceof Extents || content instanceof HeldBytes) return content
  if (content instanceof Uint8Array) return HeldBytes.of(content)
  throw new TypeError('a file holds bytes or extents, nothing else')
}

export function readContent(content: FileContent, start: number, end: number): Content {
  return content instanceof HeldBytes ? content.read(start, end) : content.slice(start, end)
}

/** With `deleted` bytes from `at` on replaced. */
export function spliceContent(content: FileContent, at: number, deleted: number, inserted: Content): FileContent {
  if (inserted.length === 0 && deleted === 0) return content
  if (content.length === deleted) return heldContent(inserted)
  if (content instanceof HeldBytes) {
    if (inserted instanceof Uint8Array) return content.splice(at, deleted, inserted)
    if (inserted instanceof HeldBytes) return content.splice(at, deleted, inserted.read(0, inserted.length))
    if (inserted.length === 0) return content.splice(at, deleted, new Uint8Array(0))
  } else {
    if (inserted instanceof Extents) return content.splice(at, deleted, inserted)
    if (inserted.length === 0) return content.splice(at, deleted, Extents.empty)
  }
  throw new TypeError('bytes and extents never mix in a file')
}

/** Equal as byte sequences. Blocks that both share are not compared. */
export function heldEqual(a: FileContent, b: FileContent): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  if (a instanceof Extents && b instanceof Extents) return a.equals(b)
  // Zeros are the one content that can be both described and bytes.
  if (a instanceof Extents) return isZeros(a) && heldEqual(HeldBytes.of(new Uint8Array(a.length)), b)
  if (b instanceof Extents) return heldEqual(b, a)
  let from = 0
  for (let i = 0, j = 0; from < a.length;) {
    const blockA = a.blocks[i]!
    const blockB = b.blocks[j]!
    const endA = a.ends[i]!
    const endB = b.ends[j]!
    const end = Math.min(endA, endB)
    if (blockA !== blockB) {
      const offsetA = from - (endA - blockA.length)
      const offsetB = from - (endB - blockB.length)
      for (let k = 0, count = end - from; k < count; k++) if (blockA[offsetA + k] !== blockB[offsetB + k]) return false
    }
    if (endA === end) i++
    if (endB === end) j++
    from = end
  }
  return true
}

/** Assembles what was written to a file in pieces, in any order; gaps are zeros. */
export class FileDraft {
  readonly size: number
  readonly #writes: { readonly offset: number; readonly content: Content }[] = []

  constructor(size: number) {
    this.size = size
  }

  write(offset: number, content: Content): void {
    if (content.length === 0) return
    // The owner of these bytes may reuse their buffer.
    this.#writes.push({ offset, content: content instanceof Uint8Array ? content.slice() : content })
  }

  assemble(): FileContent {
    const ordered = this.#writes.toSorted((a, b) => a.offset - b.offset)
    const bytes = ordered.some(({ content }) => content instanceof Uint8Array)
    const zeros = (length: number): Content => (bytes ? new Uint8Array(length) : Extents.zeros(length))
    let end = 0
    let overlaps = false
    const parts: Content[] = []
    for (const { offset, content } of ordered) {
      if (offset < end) overlaps = true
      if (offset > end) parts.push(zeros(offset - end))
      parts.push(content)
      end = offset + content.length
    }
    if (!overlaps) {
      if (end < this.size) parts.push(zeros(this.size - end))
      return heldContent(parts.length === 0 ? Extents.empty : concatContents(parts))
    }
    // Some part was written twice: the later write wins.
    let whole = zeros(this.size)
    for (const { offset, content } of this.#writes) {
      const gap = offset > whole.length ? [zeros(offset - whole.length)] : []
      const after = Math.min(whole.length, offset + content.length)
      const before = sliceContent(whole, 0, Math.min(offset, whole.length))
      whole = concatContents([before, ...gap, content, sliceContent(whole, after, whole.length)])
    }
    return heldContent(whole)
  }
}
