import { randomStream } from '../../kernel/index.ts'
import type { Settings } from '../../scenario/document/set-values.ts'
import type { ListAxis } from '../design.ts'

/** How good a variant is: the less is missed the better, then the cheaper. */
export interface Score {
  /** By how much the shares of incidents that meet their objectives fall short, summed. */
  readonly missed: number
  readonly cost: number
}

export interface SearchOptions {
  readonly seed: string
  /** Variants to look at, at most. */
  readonly budget: number
  /** Scores of variants, in their order. */
  readonly play: (points: readonly Settings[]) => Promise<readonly Score[]>
  /** Once this is so, the search ends with what was looked at by then. */
  readonly ended?: () => boolean
}

/**
 * Looks for good variants where there are too many to try all: from a variant drawn at random, all that differ from it in
 * one value are tried, the best is gone to, and so on until none is better; then again from another, while the budget
 * lasts. The same seed looks at the same variants. Nothing says that the best of all is among them.
 * @returns all variants that were looked at, in that order
 */
export async function searchVariants(
  axes: readonly ListAxis[],
  { seed, budget, play, ended = () => false }: SearchOptions,
): Promise<Settings[]> {
  const random = randomStream([seed, 'search of variants'])
  const seen = new Map<string, { readonly point: readonly number[]; readonly score: Score }>()
  const settingsOf = (point: readonly number[]): Settings =>
    Object.fromEntries(axes.map(({ path, values }, k) => [path, values[point[k]!]]))
  const look = async (points: readonly (readonly number[])[]): Promise<void> => {
    const fresh = points.filter((point) => !seen.has(point.join())).slice(0, budget - seen.size)
    const scores = await play(fresh.map(settingsOf))
    for (const [k, point] of fresh.entries()) seen.set(point.join(), { point, score: scores[k]! })
  }
  const all = axes.reduce((product, { values }) => product * values.length, 1)
  while (seen.size < Math.min(budget, all) && !ended()) {
    let here: readonly number[] = axes.map(({ values }) => random.integer(values.length))
    if (seen.has(here.join())) continue
    await look([here])
    for (;;) {
      const around = neighbours(here, axes)
      await look(around)
      const best = [here, ...around].reduce((a, b) => {
        const [one, other] = [seen.get(a.join())?.score, seen.get(b.join())?.score]
        return other !== undefined && (one === undefined || isBetter(other, one)) ? b : a
      })
      if (best === here || seen.size >= budget || ended()) break
      here = best
    }
  }
  return [...seen.values()].map(({ point }) => settingsOf(point))
}

function neighbours(point: readonly number[], axes: readonly ListAxis[]): number[][] {
  return axes.flatMap(({ values }, k) =>
    values.flatMap((_, at) => (at === point[k] ? [] : [point.map((own, axis) => (axis === k ? at : own))])),
  )
}

export function isBetter(a: Score, b: Score): boolean {
  return a.missed === b.missed ? a.cost < b.cost : a.missed < b.missed
}
