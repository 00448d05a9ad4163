import type { Instant } from '../ports.ts'

/** How many to keep by each rule of a dialect; the names of the rules are those of the tool's own flags. */
export type KeepCounts = Readonly<Record<string, number>>

/** How far back each of these rules keeps, as '1y5m7d2h'. */
export type KeepWithin = Readonly<Record<string, string>>

/** One tool's way to thin out old snapshots. */
export interface RetentionDialect {
  /** Names of the rules it knows, in the order in which they apply. */
  readonly rules: readonly string[]
  /** Names of the rules that take a span of time in place of a count. */
  readonly withinRules?: readonly string[]
  /** True when a count of -1 means: keep all of this rule. */
  readonly unlimited: boolean
  /**
   * @param times  when the snapshots were taken, newest first
   * @param counts of rules; one at least of them and of `within` is not zero
   * @param now    used by dialects that count periods back from today, or do not trust snapshots of the future
   * @param within only of rules that the dialect has
   * @returns      for each snapshot, why it is kept; empty when it is not
   */
  select(times: readonly Instant[], counts: KeepCounts, now: Instant, within: KeepWithin): string[][]
}

/** The rules that have a count, with it, in the dialect's order. */
export function countedRules(dialect: readonly string[], counts: KeepCounts): [rule: string, count: number][] {
  return dialect.flatMap((rule): [string, number][] => {
    const count = counts[rule] ?? 0
    return count === 0 ? [] : [[rule, count]]
  })
}
