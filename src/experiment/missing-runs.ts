import type { Instant } from '../engine/ports.ts'
import type { JobRow } from './results.ts'

/** Fewer runs than this share may fail or be skipped before it is worth a warning: who has retries expects a few. */
const WORTH_TELLING = 0.1

/**
 * What to say of jobs that mostly do not do what they are for: a schedule on which nothing comes about protects nothing, and
 * the figures of the incidents show it only to those who look for it. One line a strategy and job, of its worst topology.
 */
export function missingRuns(jobs: readonly JobRow[], start: Instant): string[] {
  const ofJob = Map.groupBy(jobs, ({ strategy, job }) => JSON.stringify([strategy, job]))
  const warnings: string[] = []
  for (const rows of ofJob.values()) {
    const cells = [...Map.groupBy(rows, ({ topology }) => topology).values()]
    for (const outcome of ['failed', 'skipped'] as const) {
      const counted = cells.map((runs) => {
        const missing = runs.filter((run) => run.outcome === outcome)
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
  const since = new Date((start + first[0]!.scheduled_s) * 1000).toISOString().slice(0, 16).replace('T', ' ')
  const were = outcome === 'failed' ? 'failed' : 'were skipped'
  return `${missing.length} of ${runs} runs of ${job} in ${strategy} on ${topology} ${were}, first ${since} UTC: ${reason}${others}`
}
