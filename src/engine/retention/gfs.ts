import { periodOf } from './calendar.ts'
import type { Period } from './calendar.ts'
import { countedRules } from './dialect.ts'
import type { RetentionDialect } from './dialect.ts'

const PERIOD: Readonly<Record<string, Period>> = {
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
}

const RULES = ['last', ...Object.keys(PERIOD)]

/**
 * Grandfather, father, son, by the calendar: the newest snapshot of each of the last n days, ISO weeks, months,
 * quarters and years, including the current one. Periods are counted back from now, whether or not they have a
 * snapshot: an older snapshot does not make up for a missed run, so that nothing is kept longer than its rule says. The
 * newest snapshot of all is always kept: when backups have stopped, time alone must not delete the last one.
 */
export const gfs: RetentionDialect = {
  rules: RULES,
  unlimited: false,
  select(times, counts, now) {
    const reasons = times.map((): string[] => [])
    reasons[0]?.push('newest')
    for (const [rule, count] of countedRules(RULES, counts)) {
      const period = PERIOD[rule]
      if (period === undefined) {
        for (const why of reasons.slice(0, count)) why.push(rule)
        continue
      }
      const bucketOf = periodOf[period]
      const oldest = bucketOf(now) - count + 1
      let last: number | undefined
      for (const [number, time] of times.entries()) {
        const bucket = bucketOf(time)
        if (bucket < oldest) break
        if (bucket === last) continue
        last = bucket
        reasons[number]?.push(rule)
      }
    }
    return reasons
  },
}
