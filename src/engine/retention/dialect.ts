import type { Instant } from '../ports.ts'

/** How many to keep by each rule of a dialect; rules are named by the tool's own flags. */
export type KeepCounts = Readonly<Record<string, number>>

/** Span of each rule that takes one, such as '1y5m7d2h'. */
export type KeepWithin = Readonly<Record<string, string>>

/** The way in which one tool thins out old snapshots. */
export interface RetentionDialect {
  /** Names of its rules, in the order in which they apply. */
  readonly rules: readonly string[]
  /** Names of the rules that take a span of time instead of a count. */
  readonly withinRules?: readonly string[]
  /** True when a count of -1 means: keep all of this rule. */
  readonly unlimited: boolean
  /**
   * @param times when the snapshots were taken, newest first
   * @param counts of rules; at least one of them or of `within` is not zero
   * @param now used by dialects that count periods back from today, or distrust snapshots from the future
   * @param within only of rules that the dialect has
   * @returns for each snapshot, why it is kept; empty when it is not
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
