import type { Instant } from '../ports.ts'
import { before, periodOf } from './calendar.ts'
import type { Period } from './calendar.ts'
import { countedRules } from './dialect.ts'
import type { KeepWithin, RetentionDialect } from './dialect.ts'
import { spanOf, textOfSpan } from './within.ts'

const PERIOD: Readonly<Record<string, Period>> = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
}

const RULES = ['last', ...Object.keys(PERIOD)]

/**
 * `restic forget`: every rule sees every snapshot, and a snapshot that any rule keeps is kept. A rule keeps the newest
 * of each period that has a snapshot, as long as its count lasts, and the oldest snapshot of all while it still has
 * counts. Rules with a span of time look back from the newest snapshot that is not in the future.
 * Source: restic, internal/data/snapshot_policy.go, ApplyPolicy, as of 0.16 (--keep-tag is for callers who know of
 * tags).
 */
export const restic: RetentionDialect = {
  rules: RULES,
  withinRules: ['within', ...Object.keys(PERIOD).map((rule) => `within-${rule}`)],
  unlimited: true,
  select(times, counts, now, within) {
    const reasons = times.map((): string[] => [])
    const newest = times.find((time) => time < now) ?? -Infinity
    keepWithin(times, newest, within['within'], undefined, reasons)
    for (const [rule, count] of countedRules(RULES, counts)) {
      const period = PERIOD[rule]
      const bucketOf = (time: Instant, number: number): number =>
        period === undefined ? number : periodOf[period](time)
      let left = count
      let last: number | undefined
      for (let number = 0; number < times.length && left !== 0; number++) {
        const bucket = bucketOf(times[number]!, number)
        if (bucket === last && number < times.length - 1) continue
        reasons[number]?.push(bucket === last ? `oldest ${rule} snapshot` : `${rule} snapshot`)
        last = bucket
        if (left > 0) left--
      }
    }
    for (const [rule, period] of Object.entries(PERIOD))
      keepWithin(times, newest, within[`within-${rule}`], { rule, numberOf: periodOf[period] }, reasons)
    return reasons
  },
}

/** @param each keeps only the newest of each period */
function keepWithin(
  times: readonly Instant[],
  newest: Instant,
  text: KeepWithin[string] | undefined,
  each: { readonly rule: string; readonly numberOf: (time: Instant) => number } | undefined,
  reasons: readonly string[][],
): void {
  const span = text === undefined ? undefined : spanOf(text)
  if (span === undefined) return
  const from = before(newest, span)
  let last: number | undefined
  for (const [number, time] of times.entries()) {
    if (!(time > from)) break
    const period = each?.numberOf(time) ?? number
    if (period === last) continue
    reasons[number]!.push(`${each === undefined ? '' : `${each.rule} `}within ${textOfSpan(span)}`)
    last = period
  }
}
