import { exp, ln, randomStream } from '../kernel/index.ts'
import type { Settings } from '../scenario/document/set-values.ts'

/** A path in a scenario and the values to put there: either a list of values as written, or a range to take them from. */
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
  /** Whether equal ratios, and not equal steps, are equally likely. */
  readonly logarithmic: boolean
  /** The text before and after the number: ['$', '/month'], ['', ' Mbit/s']. */
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

/** The value at a place in the range, where 0 is its low end and 1 its high end. */
export function valueAt({ low, high, logarithmic, prefix, suffix }: RangeAxis, place: number): string {
  const value = logarithmic ? exp(ln(low) + place * (ln(high) - ln(low))) : low + place * (high - low)
  // Enough digits for any purpose, and no trace of how the number was worked out.
  return `${prefix}${Number(value.toPrecision(9))}${suffix}`
}

/**
 * Points that cover all ranges evenly: when each range is cut into `n` equal parts, every part holds one point.
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

/** The settings of the variant that a row of places stands for. */
export function settingsAt(axes: readonly RangeAxis[], places: readonly number[]): Settings {
  return Object.fromEntries(axes.map((axis, k) => [axis.path, valueAt(axis, places[k]!)]))
}
