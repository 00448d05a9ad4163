import type { Instant } from '../engine/ports.ts'
import { instantText } from '../scenario/quantities/instant-text.ts'
import type { Job, Strategy } from '../strategy/strategy.ts'
import type { JobRow } from './results.ts'

/**
 * Warns of stores that had no room for what jobs were to put there: once for each strategy and store, about the
 * topology where most runs failed for it. One such run is worth telling, as what follows a run that failed is not done:
 * retention neither.
 */
export function fullStores(jobs: readonly JobRow[], strategies: readonly Strategy[], start: Instant): string[] {
  const failed = jobs.filter(({ fullStore }) => fullStore !== undefined)
  const ofStore = Map.groupBy(failed, ({ strategy, fullStore }) => JSON.stringify([strategy, fullStore]))
  return [...ofStore.values()].flatMap((rows) => {
    const cells = [...Map.groupBy(rows, ({ topology }) => topology).values()]
    const worst = cells.reduce((most, cell) => (cell.length > most.length ? cell : most))
    const strategy = strategies.find(({ name }) => name === worst[0]!.strategy)
    return strategy === undefined ? [] : [warning(worst, jobs, strategy, start)]
  })
}

function warning(failed: readonly JobRow[], all: readonly JobRow[], { name, jobs }: Strategy, start: Instant): string {
  const { topology, fullStore: store, scheduled_s: first_s } = failed[0]!
  const last_s = failed.at(-1)!.scheduled_s
  const hit = [...new Set(failed.map(({ job }) => job))]
  const own = all.filter((row) => row.strategy === name && row.topology === topology && hit.includes(row.job))
  const succeeded = own.findLast(({ outcome, scheduled_s }) => outcome === 'succeeded' && scheduled_s > last_s)
  const still =
    succeeded === undefined
      ? 'and none succeeded after the last of them'
      : `the last ${instantText(start + last_s)} UTC`
  return (
    `${store} was full in ${name} on ${topology} from ${instantText(start + first_s)} UTC on: ${failed.length} of ${own.length} runs of ` +
    `${hit.join(' and ')} failed for want of room there, ${still}; ${remedy(store!, jobs, hit)}`
  )
}

/**
 * What would make room. Retention that is a part of a job, or follows it, is not done where that fails, and so never
 * helps a full store.
 */
function remedy(store: string, jobs: readonly Job[], hit: readonly string[]): string {
  const goesAlone = jobs.some((job) => job.kind === 'prune' && job.store === store && 'at' in job.trigger)
  const isTied = jobs.some((job) => {
    if (job.kind === 'prune') return job.store === store && 'after' in job.trigger
    return hit.includes(job.name) && 'keep' in job && job.keep !== undefined
  })
  if (goesAlone || !isTied) return 'give it more room, keep less in it, or let a prune delete sooner (its grace)'
  return (
    'retention comes after a run that succeeded, so that nothing is freed there any more: give it a time of its own ' +
    `(prune: { store: ${store}, keep: …, grace: …, at: … }), or the store more room`
  )
}
