import { lawOf, randomStream } from '../../kernel/index.ts'
import { onSchedule, strike } from '../../world/index.ts'
import type { HazardCommon } from '../../world/estate.ts'
import type { World } from '../../world/index.ts'
import type { Schedule } from '../../world/specification.ts'

const YEAR_S = 365.25 * 86_400
/** An incident at the horizon may be detected much later; until then the world goes on as it was. */
const BEYOND_HORIZON_S = 366 * 86_400

/** Incidents before the start: by then it no longer matters when the first one was. */
const MEANS_BEFORE_START = 20

/**
 * Lets hazards strike a world by themselves: at their instant, with their law between incidents, or as a Poisson process
 * of their rate. The instants depend on nothing but the seed and the hazard's name, so that a branch of the world is hit as
 * the world is.
 */
export function strikeInBackground(world: World, hazards: readonly string[], horizon_s: number): void {
  for (const name of hazards) {
    const hazard = world.specification.hazards.get(name)
    if (hazard === undefined) throw new Error(`there is no hazard named ${name}`)
    const schedule = naturalStrikes(hazard, world.simulation.seed, horizon_s + BEYOND_HORIZON_S)
    const { occurrences } = schedule
    world.timetable.add(
      onSchedule(schedule, world.simulation.now, (scheduled_s) => {
        strike(world, hazard, world.simulation.random(name, 'natural strike', occurrences.indexOf(scheduled_s)))
      }),
    )
  }
}

/** When a hazard strikes by itself, from the start on. */
export function naturalStrikes(
  { name, rate_perYear, between, at_s }: HazardCommon,
  seed: string,
  until_s: number,
): Schedule {
  if (at_s !== undefined) return { text: name, occurrences: Float64Array.of(at_s) }
  const occurrences: number[] = []
  if (between !== undefined) {
    const random = randomStream([seed, name, 'natural instants'])
    const law = lawOf(between)
    // A world that has gone on for long, not one that begins with an incident.
    let next_s = -(MEANS_BEFORE_START + random.uniform()) * law.mean
    for (; next_s < until_s; next_s += law.sample(random)) if (next_s >= 0) occurrences.push(next_s)
  } else if (rate_perYear > 0) {
    const random = randomStream([seed, name, 'natural instants'])
    const mean_s = YEAR_S / rate_perYear
    for (let next_s = random.exponential(mean_s); next_s < until_s; next_s += random.exponential(mean_s)) {
      occurrences.push(next_s)
    }
  }
  return { text: name, occurrences: Float64Array.from(occurrences) }
}
