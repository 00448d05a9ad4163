import { lawOf, randomStream } from '../kernel/index.ts'
import type { LawDescription } from '../kernel/index.ts'

/** Intervals that are drawn from a law, from the start on: others for each seed, the same for whatever has the same name. */
export interface RandomIntervals {
  readonly law: LawDescription
  readonly name: string
  readonly until_s: number
}

/** When they end. */
export function drawIntervals({ law: described, name, until_s }: RandomIntervals, seed: string): Float64Array {
  const law = lawOf(described)
  const random = randomStream([seed, name, 'intervals'])
  const occurrences: number[] = []
  for (let at_s = law.sample(random); at_s < until_s; at_s += law.sample(random)) occurrences.push(at_s)
  return Float64Array.from(occurrences)
}
