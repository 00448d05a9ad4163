import { periodOf } from './calendar.ts'
import type { Period } from './calendar.ts'
import { countedRules } from './dialect.ts'
import type { RetentionDialect } from './dialect.ts'

const PERIOD: Readonly<Record<string, Period>> = {
  last: 'second',
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
}

const RULES = Object.keys(PERIOD)

/**
 * `proxmox-backup-client prune`: the rules apply one after another. A period that holds a backup kept by an earlier rule is
 * covered and does not use up a count; the older backups of a period whose newest is kept are removed for good, so that
 * later rules look only at older ones. With enough backups the number kept is exactly the sum of the counts.
 * Source: Proxmox Backup Server, pbs-datastore/src/prune.rs, mark_selections and compute_prune_info.
 */
export const pbs: RetentionDialect = {
  rules: RULES,
  unlimited: false,
  select(times, counts) {
    const reasons = times.map((): string[] => [])
    const removed = times.map(() => false)
    const isKept = (number: number): boolean => (reasons[number]?.length ?? 0) > 0
    for (const [rule, count] of countedRules(RULES, counts)) {
      const bucketOf = periodOf[PERIOD[rule] ?? 'second']
      const buckets = times.map(bucketOf)
      const covered = new Set(buckets.filter((_, number) => isKept(number)))
      const chosen = new Set<number>()
      for (const [number, bucket] of buckets.entries()) {
        if (isKept(number) || removed[number] === true || covered.has(bucket)) continue
        if (chosen.has(bucket)) {
          removed[number] = true
          continue
        }
        if (chosen.size >= count) break
        chosen.add(bucket)
        reasons[number]?.push(rule)
      }
    }
    return reasons
  },
}
