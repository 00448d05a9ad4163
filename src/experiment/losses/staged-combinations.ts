import { randomStream } from '../../kernel/index.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { HazardSpecification } from '../../world/index.ts'
import type { Batch, Drill } from '../cell/drill.ts'
import { drawStrikes } from './combinations.ts'

export const YEAR_S = 365.25 * 86_400

/** Drills of one combination of hazards. */
export interface CombinationDrills extends Batch {
  readonly hazards: readonly string[]
}

/**
 * Draws what is staged of combinations: each case begins in one of `count` equal parts of the time from warm-up to horizon;
 * order and times of the strikes are as they are in nature, given that all strike within the window. In order of time.
 */
export function planCombinations(
  scenario: Scenario,
  hazards: ReadonlyMap<string, HazardSpecification>,
  wanted: readonly CombinationDrills[],
  window_s: number,
  seed: string,
): Drill[] {
  const { warmUp_s } = scenario.experiment
  const drills = wanted.flatMap(({ hazards: names, from, count }) => {
    const part_s = (scenario.horizon_s - warmUp_s) / count
    const own = names.map((name) => {
      const hazard = hazards.get(name)
      if (hazard === undefined) throw new Error(`there is no hazard named ${name}`)
      return hazard
    })
    return Array.from({ length: count }, (_, part): Drill => {
      const replication = from + part
      const random = randomStream([seed, 'coinciding hazards', ...names, replication])
      const onset_s = warmUp_s + (part + random.uniform()) * part_s
      const [only] = own
      if (own.length === 1) return { hazard: only!, replication, onset_s, biased: true }
      const strikes = drawStrikes({ hazards: own }, window_s / YEAR_S, random)
      const hazard: HazardSpecification = {
        kind: 'burst',
        name: nameOf(names),
        rate_perYear: 0,
        of: strikes.map(({ name }) => name),
        within: { law: 'constant', value: 0 },
        delays_s: strikes.map(({ delay_years }) => delay_years * YEAR_S),
      }
      return { hazard, replication, onset_s, biased: true }
    })
  })
  return drills.sort((a, b) => a.onset_s - b.onset_s)
}

/** What rows of incidents call a combination. */
export function nameOf(hazards: readonly string[]): string {
  return hazards.join(' + ')
}
