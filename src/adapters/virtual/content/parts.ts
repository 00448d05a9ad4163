import type { Content } from '../../../engine/ports.ts'
import { Extents } from './extents.ts'
import { DamagedContent, SealedExtents, SealedFragment, SealedRow } from './sealed-extents.ts'

/** A sequence of contents of several kinds, such as a pack of described data, whose header and directory are real bytes. */
class Parts implements Content {
  readonly length: number
  readonly parts: readonly Content[]
  /** Where each part ends. */
  readonly ends: readonly number[]

  constructor(parts: readonly Content[]) {
    this.parts = parts
    let end = 0
    this.ends = parts.map((part) => (end += part.length))
    this.length = end
  }

  /** The contents of [start, end). */
  slice(start: number, end: number): Content[] {
    const { parts, ends } = this
    const slices: Content[] = []
    for (let at = firstEndAbove(ends, start), from = start; from < end; at++) {
      const begin = at === 0 ? 0 : ends[at - 1]!
      const stop = Math.min(end, ends[at]!)
      slices.push(sliceContent(parts[at]!, from - begin, stop - begin))
      from = stop
    }
    return slices
  }
}

const NOTHING = new Uint8Array(0)

/**
 * Concatenates contents of any kind. Neighbours of one kind are merged: bytes, extents, sealed segments, fragments of
 * the same sealed segment; only bytes give a Uint8Array, and a complete sealed segment gives the segment itself.
 */
export function concatContents(contents: readonly Content[]): Content {
  const flat: Content[] = []
  for (const content of contents) {
    if (content.length === 0) continue
    if (content instanceof Parts) flat.push(...content.parts)
    else flat.push(content)
  }
  if (flat.length <= 1) return flat[0] ?? contents[0] ?? NOTHING
  const merged: Content[] = []
  for (let at = 0; at < flat.length;) {
    let next = at + 1
    const content = flat[at]!
    if (content instanceof Uint8Array) {
      const run = [content]
      for (let more = flat[next]; more instanceof Uint8Array; more = flat[++next]) run.push(more)
      merged.push(run.length === 1 ? content : concatBytes(run))
    } else if (content instanceof Extents) {
      const run = [content]
      for (let more = flat[next]; more instanceof Extents; more = flat[++next]) run.push(more)
      merged.push(Extents.concat(run))
    } else if (content instanceof SealedFragment) {
      let fragment: SealedFragment | SealedExtents = content
      for (; fragment instanceof SealedFragment; next++) {
        const joined: SealedFragment | SealedExtents | undefined = fragment.join(flat[next])
        if (joined === undefined) break
        fragment = joined
      }
      merged.push(fragment)
    } else if (content instanceof SealedExtents) {
      const run = [content]
      for (let more = flat[next]; more instanceof SealedExtents; more = flat[++next]) run.push(more)
      merged.push(run.length === 1 ? content.compact() : SealedRow.of(run))
    } else {
      merged.push(content)
    }
    at = next
  }
  return merged.length === 1 ? merged[0]! : new Parts(merged)
}

/** The bytes [start, end) of content of any kind. A slice of real bytes shares memory with its whole. */
export function sliceContent(content: Content, start: number, end: number): Content {
  if (start === 0 && end === content.length) return content
  if (!(start >= 0 && start <= end && end <= content.length)) {
    throw new RangeError(`no bytes [${start}, ${end}) in ${content.length}`)
  }
  if (content instanceof Extents) return content.slice(start, end)
  if (start === end) return NOTHING
  if (content instanceof Uint8Array) return content.subarray(start, end)
  if (content instanceof SealedExtents || content instanceof SealedFragment) return content.slice(start, end)
  if (content instanceof DamagedContent) return new DamagedContent(end - start)
  if (content instanceof SealedRow || content instanceof Parts) return concatContents(content.slice(start, end))
  throw new TypeError('content of a kind that the virtual adapters do not know')
}

/** Where the parts of content end, for comparing it part by part; undefined for content of one part. */
function endsIn(content: Content): readonly number[] | undefined {
  if (content instanceof SealedRow) return content.ends()
  if (!(content instanceof Parts)) return undefined
  const { parts, ends } = content
  return parts.flatMap((part, at) => (endsIn(part) ?? [part.length]).map((end) => ends[at]! - part.length + end))
}

/** Equal as byte sequences; for sealed content, sealed from the same plain content in the same context. */
export function contentsEqual(a: Content, b: Content): boolean {
  if (a.length !== b.length) return false
  if (a === b) return true
  if (a instanceof Extents && b instanceof Extents) return a.equals(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return bytesEqual(a, b)
  const ends = [...(endsIn(a) ?? []), ...(endsIn(b) ?? [])]
  if (ends.length > 0) {
    let from = 0
    for (const end of ends.sort((x, y) => x - y)) {
      if (!contentsEqual(sliceContent(a, from, end), sliceContent(b, from, end))) return false
      from = end
    }
    return true
  }
  if (a instanceof SealedExtents || a instanceof SealedFragment) return a.equals(b)
  // Zeros are the one content that can be both described and bytes.
  if (a instanceof Extents && b instanceof Uint8Array) return isZeros(a) && b.every((byte) => byte === 0)
  if (b instanceof Extents && a instanceof Uint8Array) return contentsEqual(b, a)
  return false
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

export function isZeros(content: Extents): boolean {
  return content.equals(Extents.zeros(content.length))
}

/** Index of the first of the ascending `ends` above a position. */
export function firstEndAbove(ends: ArrayLike<number>, position: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! > position) high = middle
    else low = middle + 1
  }
  return low
}
