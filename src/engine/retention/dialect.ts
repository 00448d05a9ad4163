import type { Instant } from '../ports.ts'

/** How many to keep by each rule of a dialect; the names of the rules are those of the tool's own flags. */
export type KeepCounts = Readonly<Record<string, number>>

/** One tool's way to thin out old snapshots. */
export interface RetentionDialect {
  /** Names of the rules it knows, in the order in which they apply. */
  readonly rules: readonly string[]
  /** True when a count of -1 means: keep all of this rule. */
  readonly unlimited: boolean
  /**
   * @param times  when the snapshots were taken, newest first
   * @param counts at least one is not zero
   * @param now    used by dialects that count periods back from today
   * @returns      for each snapshot, why it is kept; empty when it is not
   */
  select(times: readonly Instant[], counts: KeepCounts, now: Instant): string[][]
}

/** The rules that have a count, with it, in the dialect's order. */
export function countedRules(dialect: readonly string[], counts: KeepCounts): [rule: string, count: number][] {
  return dialect.flatMap((rule): [string, number][] => {
    const count = counts[rule] ?? 0
    return count === 0 ? [] : [[rule, count]]
  })
}
