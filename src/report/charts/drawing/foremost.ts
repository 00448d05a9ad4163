import type { Results } from '../../../experiment/results.ts'
import { rankedVerdicts } from '../../text/verdict.ts'

type Cells = Pick<Results, 'cells'>

/**
 * The results with no more cells than a chart of curves can tell apart: the first of the ranking, in their own order.
 * `note` says so, where some are left out.
 */
export function foremostCells<Shown extends Cells>(results: Shown, most: number): { shown: Shown; note: string[] } {
  const { cells } = results
  if (cells.length <= most) return { shown: results, note: [] }
  const kept = new Set(rankedCells(results).slice(0, most))
  return {
    shown: { ...results, cells: cells.filter((cell) => kept.has(cell)) },
    note: [leftOut(most, cells.length, 'strategies and topologies')],
  }
}

/** The same for a chart with one plot for each group of this many rows: the plots of the foremost cells. */
export function foremostPlots<Row extends { readonly strategy: string; readonly topology: string }>(
  rows: readonly Row[],
  results: Cells,
  most: number,
): { shown: readonly Row[]; note: string[] } {
  if (rows.length <= most) return { shown: rows, note: [] }
  const order = rankedCells(results).map(({ strategy, topology }) => JSON.stringify([strategy, topology]))
  const rank = ({ strategy, topology }: Row): number => order.indexOf(JSON.stringify([strategy, topology]))
  const kept = new Set(rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, most))
  return { shown: rows.filter((row) => kept.has(row)), note: [leftOut(most, rows.length, 'plots')] }
}

function rankedCells(results: Cells) {
  return rankedVerdicts(results).map(({ cell }) => cell)
}

function leftOut(shown: number, all: number, what: string): string {
  return `${shown} of ${all} ${what}: those that meet the objectives or come nearest. The others are in the tables.`
}
