import type { VirtualFileSystem } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'
import type { LogJob } from './strategy.ts'

/** Writes of one instant may fill several segments: all of these but the last lead only to the state just before it. */
const JUST_BEFORE_S = 0.001

/** A segment of the log. Times are seconds since start. */
export interface LogSegment {
  readonly number: number
  /** It holds the writes after this instant. */
  readonly from_s: number
  /** The last instant whose writes it holds. */
  readonly to_s: number
  readonly bytes: number
  /** When it became durable in the archive; undefined while it waits. */
  readonly shipped_s: number | undefined
  /** When it was deleted from the archive; Infinity while it is there. */
  readonly until_s: number
}

/** The log of one dataset as one job ships it: closed segments, and the open one that the application appends to. */
export class Log {
  /** Oldest first. */
  #segments: LogSegment[]
  /** Everything up to here is in closed segments. */
  #closed_s: number
  /** Bytes of log in closed segments, without padding. */
  #closed_bytes: number
  #switched_s: number
  #next: number
  /** When to try shipping again; Infinity when nothing failed. */
  retryAt_s: number

  constructor(origin?: Log) {
    this.#segments = origin === undefined ? [] : [...origin.#segments]
    this.#closed_s = origin === undefined ? 0 : origin.#closed_s
    this.#closed_bytes = origin === undefined ? 0 : origin.#closed_bytes
    this.#switched_s = origin === undefined ? 0 : origin.#switched_s
    this.#next = origin === undefined ? 0 : origin.#next
    this.retryAt_s = origin?.retryAt_s ?? Infinity
  }

  get segments(): readonly LogSegment[] {
    return this.#segments
  }

  /** When a segment was last closed, or would have been if something had been written. */
  get switched_s(): number {
    return this.#switched_s
  }

  /** The oldest segment that is not in the archive yet. */
  get waiting(): LogSegment | undefined {
    return this.#segments[this.#next]
  }

  /** Closes segments that are full or have been open for long enough. */
  close(
    { segment_bytes, timeout_s, volume, padded }: LogJob,
    files: VirtualFileSystem,
    start: Instant,
    now_s: number,
  ): void {
    const logged_bytes = files.writtenBytes(start, start + now_s) * volume
    while (logged_bytes - this.#closed_bytes >= segment_bytes) {
      this.#closed_bytes += segment_bytes
      const isComplete = this.#closed_bytes === logged_bytes
      this.#add(isComplete ? now_s : Math.max(this.#closed_s, now_s - JUST_BEFORE_S), segment_bytes)
      this.#switched_s = now_s
    }
    if (now_s - this.#switched_s < timeout_s) return
    const open_bytes = logged_bytes - this.#closed_bytes
    if (open_bytes > 0) this.#add(now_s, padded ? segment_bytes : open_bytes)
    this.#closed_bytes = logged_bytes
    this.#switched_s = now_s
  }

  #add(to_s: number, bytes: number): void {
    const number = this.#segments.length
    this.#segments.push({ number, from_s: this.#closed_s, to_s, bytes, shipped_s: undefined, until_s: Infinity })
    this.#closed_s = to_s
  }

  shipped({ number }: LogSegment, now_s: number): void {
    this.#segments[number] = { ...this.#segments[number]!, shipped_s: now_s }
    this.#next = number + 1
  }

  dropped({ number }: LogSegment, now_s: number): void {
    this.#segments[number] = { ...this.#segments[number]!, until_s: now_s }
  }

  /** Segments that a restored state needs to be brought to a later one, oldest first. */
  between(from_s: number, to_s: number): LogSegment[] {
    return this.#segments.filter((segment) => segment.to_s > from_s && segment.from_s < to_s)
  }
}

/** The logs of one strategy. */
export class Logs {
  readonly #logs = new Map<string, Log>()

  constructor(origin?: Logs) {
    for (const [job, log] of origin === undefined ? [] : origin.#logs) this.#logs.set(job, new Log(log))
  }

  /** The log that a job ships, created empty on first use. */
  of({ name }: { readonly name: string }): Log {
    let log = this.#logs.get(name)
    if (log === undefined) this.#logs.set(name, (log = new Log()))
    return log
  }
}
