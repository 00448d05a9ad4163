import type { Instant } from '../engine/ports.ts'
import { instantText } from '../scenario/quantities/instant-text.ts'
import type { JobRow } from './results.ts'

/** Up to this share of a job's runs may fail or be skipped without a warning: a job with retries expects to fail now and then. */
const WORTH_TELLING = 0.1

/**
 * Warns of jobs most of whose runs fail or are skipped. Such a schedule protects nothing, yet the figures of the
 * incidents show that only to a reader who looks for it. One warning for each strategy and job, about its worst
 * topology. Full stores have their own (full-stores.ts).
 */
export function missingRuns(jobs: readonly JobRow[], start: Instant): string[] {
  const ofJob = Map.groupBy(jobs, ({ strategy, job }) => JSON.stringify([strategy, job]))
  const warnings: string[] = []
  for (const rows of ofJob.values()) {
    const cells = [...Map.groupBy(rows, ({ topology }) => topology).values()]
    for (const outcome of ['failed', 'skipped'] as const) {
      const counted = cells.map((runs) => {
        const missing = runs.filter((run) => run.outcome === outcome && run.fullStore === undefined)
        return { runs, missing, share: missing.length / runs.length }
      })
      const worst = counted.reduce((most, cell) => (cell.share > most.share ? cell : most))
      if (worst.share < WORTH_TELLING) continue
      warnings.push(warning(outcome, worst.runs.length, worst.missing, start))
    }
  }
  return warnings
}

function warning(outcome: 'failed' | 'skipped', runs: number, missing: readonly JobRow[], start: Instant): string {
  const { strategy, topology, job } = missing[0]!
  const byReason = [...Map.groupBy(missing, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length)
  const [reason, first] = byReason[0]!
  const others = byReason.length === 1 ? '' : ' (the most frequent reason)'
  const since = instantText(start + first[0]!.scheduled_s)
  const were = outcome === 'failed' ? 'failed' : 'were skipped'
  return `${missing.length} of ${runs} runs of ${job} in ${strategy} on ${topology} ${were}, first ${since} UTC: ${reason}${others}`
}
