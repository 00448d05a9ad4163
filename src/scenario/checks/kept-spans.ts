import { spanOf } from '../../engine/index.ts'
import type { KeepPolicy } from '../../strategy/strategy.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** Counting rules from the finest to the coarsest, with months of 30 days. */
const SPANS_S: ReadonlyMap<string, number> = new Map([
  ['hourly', HOUR_S],
  ['daily', DAY_S],
  ['weekly', 7 * DAY_S],
  ['monthly', 30 * DAY_S],
  ['quarterly', 91 * DAY_S],
  ['yearly', 365 * DAY_S],
])

/**
 * The least time for which every snapshot is kept: the span of the finest rule; Infinity where that is unlimited or
 * unknown.
 */
export function shortestSpan({ counts, within = {} }: KeepPolicy): number {
  const withinOf = (rule: string): number => {
    const text = within[rule]
    return text === undefined ? 0 : (lengthOf(text) ?? 0)
  }
  const all_s = withinOf('within')
  for (const [rule, span_s] of SPANS_S) {
    const count = counts[rule] ?? 0
    const counted_s = count < 0 ? Infinity : count * span_s
    const finest_s = Math.max(counted_s, withinOf(`within-${rule}`))
    if (finest_s > 0) return Math.max(all_s, finest_s)
  }
  return all_s === 0 ? Infinity : all_s
}

/** How long the oldest snapshot is kept: the span of the coarsest rule; Infinity where that is unlimited or unknown. */
export function longestSpan({ counts, within = {} }: KeepPolicy): number {
  const counted = Object.entries(counts).map(([rule, count]) => {
    const span_s = SPANS_S.get(rule)
    return span_s === undefined || count < 0 ? Infinity : count * span_s
  })
  return Math.max(0, ...counted, ...Object.values(within).map((text) => lengthOf(text) ?? Infinity))
}

/** Length of a span as written; undefined for one that cannot be read. */
function lengthOf(text: string): number | undefined {
  const span = spanOf(text)
  return span && (365 * span.years + 30 * span.months + span.days) * DAY_S + span.hours * HOUR_S
}
