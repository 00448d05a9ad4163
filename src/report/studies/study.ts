import type { TopLevelSpec } from 'vega-lite'
import type { TextTable } from '../text/plain-table.ts'

/** What a command other than `run` found, for somebody who was not there. */
export interface Study {
  readonly title: string
  /** What was asked of which scenario, in a sentence. */
  readonly about: string
  /** The answer in sentences, the most important one first. */
  readonly findings: readonly string[]
  /** By name; undefined where there is nothing to draw. */
  readonly charts: Readonly<Record<string, TopLevelSpec | undefined>>
  readonly tables: readonly TextTable[]
  /** What the columns mean. */
  readonly notes: readonly string[]
}
