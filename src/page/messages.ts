import type { Schema } from './completion.ts'
import type { PlacedProblem } from '../scenario/document/problems.ts'
import type { Results } from '../experiment/results.ts'

/** What the page asks of its worker. */
export type Request =
  | { readonly kind: 'schema' }
  | { readonly kind: 'check'; readonly number: number; readonly text: string }
  | { readonly kind: 'run'; readonly text: string; readonly seed: string; readonly replications: number | undefined }

/** What the worker answers. */
export type Answer =
  | { readonly kind: 'schema'; readonly schema: Schema }
  | {
      readonly kind: 'checked'
      /** Of the check that it answers. */
      readonly number: number
      readonly problems: readonly ScenarioProblem[]
      /** What is allowed and will disappoint; empty while there are problems. */
      readonly remarks: readonly string[]
      readonly cells: number
      readonly name: string
    }
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly results: Results }
  | { readonly kind: 'failed'; readonly message: string }

/** Something wrong with a scenario, at its place. */
export interface ScenarioProblem extends Pick<PlacedProblem, 'message' | 'place'> {
  readonly subject: string
}
