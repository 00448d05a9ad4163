import type { Instant } from '../ports.ts'
import { periodOf } from './calendar.ts'
import type { Period } from './calendar.ts'
import { countedRules } from './dialect.ts'
import type { RetentionDialect } from './dialect.ts'

const PERIOD: Readonly<Record<string, Period>> = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
}

const RULES = ['last', ...Object.keys(PERIOD)]

/**
 * `restic forget`: every rule sees every snapshot, and a snapshot that any rule keeps is kept. A rule keeps the newest of
 * each period that has a snapshot, as long as its count lasts, and the oldest snapshot of all while it still has counts.
 * Source: restic, internal/data/snapshot_policy.go, ApplyPolicy, as of 0.16 (--keep-within and --keep-tag are not offered here).
 */
export const restic: RetentionDialect = {
  rules: RULES,
  unlimited: true,
  select(times, counts) {
    const reasons = times.map((): string[] => [])
    for (const [rule, count] of countedRules(RULES, counts)) {
      const period = PERIOD[rule]
      const bucketOf = (time: Instant, number: number): number =>
        period === undefined ? number : periodOf[period](time)
      let left = count
      let last: number | undefined
      for (const [number, time] of times.entries()) {
        if (left === 0) break
        const bucket = bucketOf(time, number)
        if (bucket === last && number < times.length - 1) continue
        reasons[number]?.push(bucket === last ? `oldest ${rule} snapshot` : `${rule} snapshot`)
        last = bucket
        if (left > 0) left--
      }
    }
    return reasons
  },
}
