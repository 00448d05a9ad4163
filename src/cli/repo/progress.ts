import type { Progress } from '../../engine/index.ts'
import { bytes, count, duration } from '../../report/text/human.ts'
import { counted } from './print.ts'
import { throwIfStopped } from './stop.ts'

/** Ten times a second is as often as anybody looks. */
const REDRAW_MS = 100
const BAR_CELLS = 20
/** An earlier estimate of the remaining time would be worthless. */
const ESTIMATE_FROM_MS = 2000

export interface ProgressBar {
  /** @param total_bytes the total, where the reporting operation does not know it */
  show(progress: Progress, total_bytes?: number): void
  end(): void
}

/** Where a bar is drawn, and what tells the time. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** One line on stderr that is rewritten, on a terminal only: what is piped stays quiet. */
export function progressBar(
  what: string,
  screen: Screen = process.stderr,
  now_ms: () => number = () => performance.now(),
): ProgressBar {
  if (screen.isTTY !== true) return { show: throwIfStopped, end() {} }
  const started_ms = now_ms()
  let drawn_ms = Number.NEGATIVE_INFINITY
  return {
    show(progress, total_bytes = progress.total_bytes) {
      throwIfStopped()
      const at_ms = now_ms()
      if (at_ms - drawn_ms < REDRAW_MS) return
      drawn_ms = at_ms
      const line = progressLine(
        what,
        { ...progress, ...(total_bytes === undefined ? {} : { total_bytes }) },
        at_ms - started_ms,
      )
      screen.write(`\r\u001B[K${line.slice(0, (screen.columns ?? 80) - 1)}`)
    },
    end() {
      screen.write('\r\u001B[K')
    },
  }
}

/** 'backup [#####---------------]  25 %, 12 files, 1.2 GB of 4.8 GB, 310 MB/s, about 12 s left' */
export function progressLine(what: string, progress: Progress, elapsed_ms: number): string {
  const { bytes: done_bytes, total_bytes, files, blobs } = progress
  if (blobs !== undefined) {
    const words = [`${count(blobs.done)} of ${counted(blobs.total, 'blob')}`]
    return `${what} ${barAndRest(blobs.done, blobs.total, words, elapsed_ms)}`
  }
  const perSecond = (done_bytes / Math.max(elapsed_ms, 1)) * 1000
  const words: string[] = []
  if (files !== undefined) words.push(counted(files, 'file'))
  // What was expected may turn out to be more.
  const known = total_bytes !== undefined && total_bytes >= done_bytes && total_bytes > 0
  words.push(known ? `${bytes(done_bytes)} of ${bytes(total_bytes)}` : bytes(done_bytes), `${bytes(perSecond)}/s`)
  return `${what} ${known ? barAndRest(done_bytes, total_bytes, words, elapsed_ms) : words.join(', ')}`
}

/** How much of the work is done, what there is to say of it, and when it will be done at this pace. */
function barAndRest(done: number, total: number, words: readonly string[], elapsed_ms: number): string {
  const share = done / total
  const cells = Math.floor(share * BAR_CELLS)
  const bar = `[${'#'.repeat(cells)}${'-'.repeat(BAR_CELLS - cells)}]`
  const left_s = done === 0 ? 0 : ((total - done) / done) * (elapsed_ms / 1000)
  const rest = elapsed_ms >= ESTIMATE_FROM_MS && left_s > 0 ? [`about ${duration(Math.ceil(left_s))} left`] : []
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %, ${[...words, ...rest].join(', ')}`
}
