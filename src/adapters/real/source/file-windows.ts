import type { Content } from '../../../engine/ports.ts'
import { readInto, readIntoAside } from '../file-bytes.ts'
import type { Stretch } from '../file-bytes.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'

/** Enough for most files; these are not worth the trouble of telling other threads. */
const SMALL_BYTES = 1024 * 1024
const STEP_BYTES = 2 * 1024 * 1024
/** Room for what is left of a window: as much as the longest chunk, unless longer ones turn up. */
const ROOM_BYTES = 2 * 1024 * 1024

/** A stretch that is being read, and where to: behind room for what is left of the one before. */
interface Ahead extends Stretch {
  readonly memory: Uint8Array
  readonly room: number
  readonly filled: Promise<number>
}

/**
 * Reads files window by window into three pieces of memory, again and again: fresh memory is dear, page by page, and dear to collect. While
 * two windows are worked on, the next is read on another thread. The memory of large ones may be looked at by other threads.
 */
export class FileWindows {
  readonly #small = new Uint8Array(SMALL_BYTES)
  /** That of the last window, of the one before, and of the next. */
  #last: Uint8Array = new Uint8Array(0)
  #before: Uint8Array = new Uint8Array(0)
  #spare: Uint8Array = new Uint8Array(0)
  /** The most that is expected to be left of a window. */
  #room = ROOM_BYTES
  #ahead: Ahead | undefined

  /**
   * A stretch behind what is left of the last one, which is moved there; shorter where the file ends. Valid until the next call but one,
   * of small files until the next.
   * @param next is read meanwhile, unless the file has ended
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

  /** Waits until nothing is being read: a file must not be closed before. */
  async settle(): Promise<void> {
    const ahead = this.#ahead
    this.#ahead = undefined
    // Whoever wants it learns how it ended.
    await ahead?.filled.catch(() => {})
  }

  #begin(stretch: Stretch): void {
    const room = this.#room
    const memory = (this.#spare = large(this.#spare, room + stretch.length))
    const filled = readIntoAside(memory, room, stretch)
    // A failure is met when the window is wanted.
    filled.catch(() => {})
    this.#ahead = { ...stretch, memory, room, filled }
  }
}

const isSame = (a: Stretch, b: Stretch): boolean => a.file === b.file && a.offset === b.offset && a.length === b.length

/** The memory, or more where that is not enough; what is given up is collected late, so that there are few steps. */
function large(memory: Uint8Array, length: number): Uint8Array {
  if (memory.length >= length) return memory
  return new Uint8Array(new SharedArrayBuffer(Math.ceil(length / STEP_BYTES) * STEP_BYTES))
}

/** A range of a buffer is copied by Node itself, and quickly; the whole of an array by V8, however it lies. */
function move(rest: Content | undefined, into: Uint8Array, at: number): void {
  if (rest === undefined) return
  const { buffer, byteOffset, length } = heldBytes(rest)
  Buffer.from(buffer).copy(into, at, byteOffset, byteOffset + length)
}
