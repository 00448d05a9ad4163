import type { Content } from '../../../engine/ports.ts'
import { readInto, readIntoAside } from '../file-bytes.ts'
import type { Stretch } from '../file-bytes.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'

/** Enough for most files, which are not worth the overhead of other threads. */
const SMALL_BYTES = 1024 * 1024
const STEP_BYTES = 2 * 1024 * 1024
/** Initial room for the rest of a window: the size of the longest chunk; it grows when a rest is longer. */
const ROOM_BYTES = 2 * 1024 * 1024

/** A stretch being read into memory, after room for the rest of the previous one. */
interface Ahead extends Stretch {
  readonly memory: Uint8Array
  readonly room: number
  readonly filled: Promise<number>
}

/**
 * Reads files window by window into three reused pieces of memory: fresh memory is expensive to get, page by page, and
 * to collect. While two windows are worked on, the next is read on another thread. The memory of large windows may be
 * shared with other threads.
 */
export class FileWindows {
  readonly #small = new Uint8Array(SMALL_BYTES)
  /** Memory of the last window, of the one before, and of the next. */
  #last: Uint8Array = new Uint8Array(0)
  #before: Uint8Array = new Uint8Array(0)
  #spare: Uint8Array = new Uint8Array(0)
  /** Expected maximum of the rest of a window. */
  #room = ROOM_BYTES
  #ahead: Ahead | undefined

  /**
   * A stretch preceded by the rest of the last one, which is moved there; shorter where the file ends. Valid until the
   * next call but one; for small files until the next.
   * @param next is read in the meantime, unless the file has ended
   */
  async read(rest: Content | undefined, stretch: Stretch, next: Stretch | undefined): Promise<Uint8Array> {
    const before = rest?.length ?? 0
    if (before === 0 && next === undefined && stretch.length <= SMALL_BYTES)
      return this.#small.subarray(0, readInto(this.#small, 0, stretch))
    this.#room = Math.max(this.#room, before)
    const ahead = this.#ahead
    if (ahead !== undefined) await this.settle()
    const isReady = ahead !== undefined && isSame(ahead, stretch) && ahead.room >= before
    const start = isReady ? ahead.room - before : 0
    const memory = isReady ? ahead.memory : large(this.#spare, before + stretch.length)
    move(rest, memory, start)
    const filled = isReady ? await ahead.filled : readInto(memory, before, stretch)
    this.#spare = this.#before
    this.#before = this.#last
    this.#last = memory
    if (next !== undefined && filled === stretch.length) this.#begin(next)
    return memory.subarray(start, start + before + filled)
  }

  /** Waits until nothing is being read: only then may a file be closed. */
  async settle(): Promise<void> {
    const ahead = this.#ahead
    this.#ahead = undefined
    // The failure is reported to whoever needs the window.
    await ahead?.filled.catch(() => {})
  }

  #begin(stretch: Stretch): void {
    const room = this.#room
    const memory = (this.#spare = large(this.#spare, room + stretch.length))
    const filled = readIntoAside(memory, room, stretch)
    // A failure is reported when the window is needed.
    filled.catch(() => {})
    this.#ahead = { ...stretch, memory, room, filled }
  }
}

const isSame = (a: Stretch, b: Stretch): boolean => a.file === b.file && a.offset === b.offset && a.length === b.length

/**
 * Returns the memory, or larger memory where it does not suffice; replaced memory is collected late, so it grows in few
 * steps.
 */
function large(memory: Uint8Array, length: number): Uint8Array {
  if (memory.length >= length) return memory
  return new Uint8Array(new SharedArrayBuffer(Math.ceil(length / STEP_BYTES) * STEP_BYTES))
}

/** Node copies a range of a buffer fast; V8 copies a whole array of any alignment. */
function move(rest: Content | undefined, into: Uint8Array, at: number): void {
  if (rest === undefined) return
  const { buffer, byteOffset, length } = heldBytes(rest)
  Buffer.from(buffer).copy(into, at, byteOffset, byteOffset + length)
}
