import type { Cell, PrecisionReached, Summary } from './results.ts'

/** How precise the means have to be, and which means. */
export interface PrecisionGoal {
  /** Half-width of the 95 % confidence interval over the mean, that of the least precise mean. */
  readonly relative: number
  /** Drills of each hazard at most; the goal may not be reached. */
  readonly max: number
  readonly of: readonly PreciseStatistic[]
}

const PRECISE_STATISTICS = ['rpo', 'rto'] as const
export type PreciseStatistic = (typeof PRECISE_STATISTICS)[number]

/** The means whose precision progress reports where there is no goal. */
export const TOLD_OF: PrecisionGoal = { relative: 0, max: Infinity, of: PRECISE_STATISTICS }

/** More at once would be a leap on the strength of an estimate; fewer would be lost in the start of a batch. */
const MOST_GROWTH = 4
const LEAST_GROWTH = 1.25
/** The spread of few drills is uncertain: a little more than it asks for saves another batch. */
const RESERVE = 1.1

/**
 * How many drills of each hazard there should be now, after so many: all cells have the same number, so that they can be
 * compared drill by drill. It depends only on what was observed, and so is the same on every machine.
 */
export function replicationsFor(goal: PrecisionGoal, cells: readonly Cell[], replications: number): number {
  const { relative } = precisionOf(goal, cells)
  if (relative <= goal.relative || replications >= goal.max) return replications
  const needed = replications * (relative / goal.relative) ** 2 * RESERVE
  const next = Math.min(Math.max(needed, replications * LEAST_GROWTH), replications * MOST_GROWTH)
  return Math.min(goal.max, Math.ceil(next))
}

/** The precision of the least precise mean, of each hazard and service in each cell. */
export function precisionOf(goal: PrecisionGoal, cells: readonly Cell[]): PrecisionReached {
  let worst = { relative: 0, where: '' }
  for (const { strategy, topology, hazards } of cells) {
    for (const row of hazards) {
      for (const statistic of goal.of) {
        const relative = relativeHalfWidth(row[statistic])
        if (relative <= worst.relative) continue
        worst = { relative, where: `${statistic} of ${row.service} after ${row.hazard}, ${strategy} on ${topology}` }
      }
    }
  }
  return { goal: goal.relative, ...worst, reached: worst.relative <= goal.relative }
}

/** A mean of no observations cannot become precise: where all drills lose everything, more do not help. */
function relativeHalfWidth(summary: Summary | undefined): number {
  if (summary === undefined || summary.sd === 0) return summary?.n === 1 ? Infinity : 0
  return (summary.ci95[1] - summary.mean) / Math.abs(summary.mean)
}
