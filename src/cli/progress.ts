import type { RunProgress } from '../experiment/run.ts'

/** Progress of a run on stderr: one line that is rewritten, and only on a terminal. */
export function showProgress(): { update: (progress: RunProgress) => void; end: () => void } {
  if (!process.stderr.isTTY) return { update: () => {}, end: () => {} }
  let stage = ''
  let begun = { share: 0, at_ms: 0 }
  return {
    update(progress) {
      const at_ms = performance.now()
      if (progress.what !== stage) {
        stage = progress.what
        // What a checkpoint knows already took no time.
        begun = { share: progress.share, at_ms }
      }
      process.stderr.write(`\r\u001B[K${progressLine(progress, begun, at_ms)}`)
    },
    end() {
      process.stderr.write('\r\u001B[K')
    },
  }
}

/** '42 % of drills 1 to 1000 of each hazard; 250 complete, means known to ±3.1 %; about 12 s left' */
export function progressLine(
  { what, share, replications, precision }: RunProgress,
  begun: { readonly share: number; readonly at_ms: number },
  at_ms: number,
): string {
  const parts = [`${(share * 100).toFixed(0)} % of ${what}`]
  const known = precision === undefined || !Number.isFinite(precision) ? '' : `, means known to ±${percent(precision)}`
  if (replications > 0 && precision !== undefined) parts.push(`${replications} complete${known}`)
  const left_s = ((at_ms - begun.at_ms) / 1000 / (share - begun.share)) * (1 - share)
  if (Number.isFinite(left_s)) parts.push(`about ${timeLeft(left_s)} left`)
  return parts.join('; ')
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

function timeLeft(left_s: number): string {
  if (left_s < 100) return `${Math.ceil(left_s)} s`
  return left_s < 6000 ? `${Math.ceil(left_s / 60)} min` : `${(left_s / 3600).toFixed(1)} h`
}
