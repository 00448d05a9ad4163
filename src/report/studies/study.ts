import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
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

/** The inputs of a study, for readers who want to check or repeat it. */
export interface StudyBasis {
  /** As typed, without passwords. */
  readonly command: string
  readonly scenarios: readonly StudiedScenario[]
}

/** A scenario that was run for a study, or whose results it read. */
export interface StudiedScenario extends Pick<Results, 'seed' | 'assumptions' | 'warnings' | 'weakSpots'> {
  /** File or results folder. */
  readonly path: string
  readonly text: string
}
