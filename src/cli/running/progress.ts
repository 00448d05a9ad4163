import type { RunProgress } from '../../experiment/run.ts'
import type { SweepProgress } from '../../experiment/sweep.ts'

/** How far a command has come. */
export interface Progress {
  /** What is going on: 'drills 1 to 30 of each hazard'. */
  readonly what: string
  /** How much of that is done, from 0 to 1. */
  readonly share: number
  /** What is known by now: '12 complete, means known to ±3.1 %'. */
  readonly known?: string | undefined
}

/** How often a line is written if stderr is not a terminal; short commands write none. */
const LINE_EVERY_MS = 30_000

/** Progress on stderr: on a terminal one line that is rewritten, elsewhere a line now and then. */
export function showProgress(): { update: (progress: Progress) => void; end: () => void } {
  const terminal = process.stderr.isTTY
  let stage = ''
  let begun = { share: 0, at_ms: 0 }
  let told_ms = performance.now()
  return {
    update(progress) {
      const at_ms = performance.now()
      if (progress.what !== stage) {
        stage = progress.what
        // What the checkpoint already held took no time and says nothing about the pace.
        begun = { share: progress.share, at_ms }
      }
      if (terminal) {
        // Only one row can be rewritten, so a line that is wider than the terminal would leave its first rows behind.
        // A terminal that does not know its width says 0.
        const { columns } = process.stderr
        const line = progressLine(progress, begun, at_ms, (columns > 0 ? columns : 80) - 1)
        process.stderr.write(`\r\u001B[K${line}`)
      } else if (at_ms - told_ms >= LINE_EVERY_MS) {
        told_ms = at_ms
        process.stderr.write(`firedrill: ${progressLine(progress, begun, at_ms)}\n`)
      }
    },
    end() {
      if (terminal) process.stderr.write('\r\u001B[K')
    },
  }
}

export function progressOf({ what, share, replications, precision }: RunProgress): Progress {
  if (replications === 0 || precision === undefined) return { what, share }
  return { what, share, known: [`${replications} complete`, ...meansKnownTo(precision)].join(', ') }
}

export function sweepProgressOf({ complete, variants, share, precision }: SweepProgress): Progress {
  const what = `${variants} variants`
  if (complete === 0) return { what, share }
  return { what, share, known: [`${complete} complete`, ...meansKnownTo(precision)].join(', ') }
}

/**
 * @param precision relative half-width of the least precise mean. Beyond the mean itself it says nothing yet, and 0 comes of few
 *                  drills that went alike.
 */
function meansKnownTo(precision: number): string[] {
  return precision > 0 && precision < 1 ? [`means known to ±${percent(precision)}`] : []
}

/**
 * '42 % of drills 1 to 1000 of each hazard; 250 complete, means known to ±3.1 %; about 12 s left'
 * @param width characters; where it is narrow, what is known by now is left out first
 */
export function progressLine(
  { what, share, known }: Progress,
  begun: { readonly share: number; readonly at_ms: number },
  at_ms: number,
  width = Infinity,
): string {
  const left_s = ((at_ms - begun.at_ms) / 1000 / (share - begun.share)) * (1 - share)
  const done = `${(share * 100).toFixed(0)} % of ${what}`
  const left = Number.isFinite(left_s) ? [`about ${timeLeft(left_s)} left`] : []
  const whole = [done, ...(known === undefined ? [] : [known]), ...left].join('; ')
  return whole.length <= width ? whole : [done, ...left].join('; ').slice(0, width)
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

function timeLeft(left_s: number): string {
  if (left_s < 100) return `${Math.ceil(left_s)} s`
  return left_s < 6000 ? `${Math.ceil(left_s / 60)} min` : `${(left_s / 3600).toFixed(1)} h`
}
