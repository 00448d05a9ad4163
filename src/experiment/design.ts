import { exp, ln, randomStream } from '../kernel/index.ts'
import type { Settings } from '../scenario/document/set-values.ts'

/** A path of a scenario and what to put there: either values as written, or a range to take them from. */
export type Axis = ListAxis | RangeAxis

export interface ListAxis {
  readonly path: string
  readonly values: readonly unknown[]
}

/** From `low` to `high`, written with the same unit: '20 Mbit/s' to '200 Mbit/s'. */
export interface RangeAxis {
  readonly path: string
  readonly low: number
  readonly high: number
  /** Equal ratios are as likely as each other, not equal steps. */
  readonly logarithmic: boolean
  /** Around the number: ['$', '/month'], ['', ' Mbit/s']. */
  readonly prefix: string
  readonly suffix: string
}

/** Every combination of the values; the last axis changes fastest. */
export function grid(axes: readonly ListAxis[]): Settings[] {
  return axes.reduce<Settings[]>(
    (points, { path, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  )
}

/** The scenario as it is, and then each value of each axis alone. */
export function oneAtATime(axes: readonly ListAxis[]): Settings[] {
  return [{}, ...axes.flatMap(({ path, values }) => values.map((value) => ({ [path]: value })))]
}

/** What stands at the path for a place in the range, from 0 to 1. */
export function valueAt({ low, high, logarithmic, prefix, suffix }: RangeAxis, place: number): string {
  const value = logarithmic ? exp(ln(low) + place * (ln(high) - ln(low))) : low + place * (high - low)
  // Enough digits for any purpose, and no trace of how the number was worked out.
  return `${prefix}${Number(value.toPrecision(9))}${suffix}`
}

/**
 * Points that cover all ranges evenly: of `n` equal parts of each, every one holds one point.
 * Source: McKay, Beckman, Conover, Technometrics 21 (1979) 239-245.
 * @returns n rows of places from 0 to 1
 */
export function latinHypercube(dimensions: number, n: number, seed: string): number[][] {
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const random = randomStream([seed, 'latin hypercube', dimension])
    return random.shuffle(Array.from({ length: n }, (__, k) => k)).map((part) => (part + random.uniform()) / n)
  })
  return Array.from({ length: n }, (_, row) => columns.map((column) => column[row]!))
}

/** The variant for a row of places. */
export function settingsAt(axes: readonly RangeAxis[], places: readonly number[]): Settings {
  return Object.fromEntries(axes.map((axis, k) => [axis.path, valueAt(axis, places[k]!)]))
}
