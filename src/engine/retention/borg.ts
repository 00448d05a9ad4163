import { periodOf } from './calendar.ts'
import type { Period } from './calendar.ts'
import { countedRules } from './dialect.ts'
import type { RetentionDialect } from './dialect.ts'

const PERIOD: Readonly<Record<string, Period>> = {
  secondly: 'second',
  minutely: 'minute',
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
}

const RULES = Object.keys(PERIOD)

/**
 * `borg prune` (1.2): the rules apply one after another, finest first. A rule keeps the newest archive of each period,
 * unless an earlier rule keeps that archive already: then the period is passed over and does not use up a count. When the
 * archives do not suffice for the count, the oldest is kept too. `last` is borg's other name of `secondly`.
 * Source: borg 1.2, borg/helpers/misc.py, prune_split (--keep-within is not offered here).
 */
export const borg: RetentionDialect = {
  rules: ['last', ...RULES],
  unlimited: true,
  select(times, counts) {
    const reasons = times.map((): string[] => [])
    const both = { ...counts, secondly: counts['secondly'] ?? counts['last'] ?? 0 }
    for (const [rule, count] of countedRules(RULES, both)) {
      const bucketOf = periodOf[PERIOD[rule] ?? 'second']
      let kept = 0
      let last: number | undefined
      for (const [number, time] of times.entries()) {
        const bucket = bucketOf(time)
        if (bucket === last) continue
        last = bucket
        const why = reasons[number]
        if (why === undefined || why.length > 0) continue
        why.push(`${rule} #${++kept}`)
        if (kept === count) break
      }
      const oldest = reasons.at(-1)
      if (kept < count && oldest?.length === 0) oldest.push(`${rule}[oldest] #${kept + 1}`)
    }
    return reasons
  },
}
