import { randomStream } from '../../kernel/index.ts'
import { latinHypercube } from '../design.ts'
import type { Estimate } from '../results.ts'
import { quantile } from './statistics.ts'

/** How much of the variance of an output comes from each input. */
export interface SobolIndices {
  /** First-order index: the effect of the input by itself. */
  readonly first: readonly Estimate[]
  /** Total index: its effect together with all other inputs. */
  readonly total: readonly Estimate[]
}

/** Points at which the model is to be evaluated, in this order. */
export function sobolDesign(dimensions: number, n: number, seed: string): number[][] {
  const a = latinHypercube(dimensions, n, `${seed} A`)
  const b = latinHypercube(dimensions, n, `${seed} B`)
  const mixed = Array.from({ length: dimensions }, (_, k) =>
    a.map((row, at) => row.map((place, dimension) => (dimension === k ? b[at]![k]! : place))),
  )
  return [...a, ...b, ...mixed.flat()]
}

/**
 * Sobol indices from the outputs at the points of a design, with 95 % intervals from 1000 bootstrap samples.
 * Source: Saltelli et al., Computer Physics Communications 181 (2010) 259-270: first order by their equation (b) of table 2,
 * total by Jansen's (f).
 * @param outputs n × (dimensions + 2)
 */
export function sobolIndices(outputs: readonly number[], dimensions: number, seed: string): SobolIndices {
  const n = outputs.length / (dimensions + 2)
  const a = outputs.slice(0, n)
  const b = outputs.slice(n, 2 * n)
  const mixed = Array.from({ length: dimensions }, (_, k) => outputs.slice((k + 2) * n, (k + 3) * n))
  const all = Array.from({ length: n }, (_, k) => k)
  const random = randomStream([seed, 'sobol bootstrap'])
  const resamples = Array.from({ length: 1000 }, () => all.map(() => random.integer(n)))
  const estimate = (index: (rows: readonly number[]) => number): Estimate => {
    const sorted = Float64Array.from(resamples, index).sort()
    return { value: index(all), ci95: [quantile(sorted, 0.025), quantile(sorted, 0.975)] }
  }
  return {
    first: mixed.map((column) => estimate((rows) => firstOrder(a, b, column, rows))),
    total: mixed.map((column) => estimate((rows) => totalOrder(a, b, column, rows))),
  }
}

type Column = readonly number[]

function firstOrder(a: Column, b: Column, mixed: Column, rows: Column): number {
  const { mean, variance } = moments(a, b, rows)
  // The outputs are centred: that leaves the expectation of the indices unchanged and removes most of their noise.
  const sum = rows.reduce((total, row) => total + (b[row]! - mean) * (mixed[row]! - a[row]!), 0)
  return variance === 0 ? 0 : sum / rows.length / variance
}

function totalOrder(a: Column, b: Column, mixed: Column, rows: Column): number {
  const { variance } = moments(a, b, rows)
  const sum = rows.reduce((total, row) => total + (a[row]! - mixed[row]!) ** 2, 0)
  return variance === 0 ? 0 : sum / (2 * rows.length) / variance
}

function moments(a: Column, b: Column, rows: Column): { mean: number; variance: number } {
  let sum = 0
  for (const row of rows) sum += a[row]! + b[row]!
  const mean = sum / (2 * rows.length)
  let squares = 0
  for (const row of rows) squares += (a[row]! - mean) ** 2 + (b[row]! - mean) ** 2
  return { mean, variance: squares / (2 * rows.length) }
}
