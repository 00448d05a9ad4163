import { parseScenario } from '../scenario/load.ts'
import type { Settings } from '../scenario/set-values.ts'
import { figuresOf } from './figures.ts'
import type { FigureName, Figures } from './figures.ts'
import type { Cell } from './results.ts'
import { run } from './run.ts'
import type { RunOptions } from './run.ts'

/** One cell of one variant of a scenario. */
export interface SweepRow {
  /** Which variant, from 0. */
  readonly point: number
  readonly settings: Settings
  readonly strategy: string
  readonly topology: string
  readonly figures: Figures
  readonly cell: Cell
}

export interface SweepOptions extends Omit<RunOptions, 'onProgress'> {
  /** Set in all variants, and not shown. */
  readonly base?: Settings
  /** Told after each variant. */
  readonly onPoint?: (done: number, total: number) => void
}

/**
 * Runs variants of a scenario. All see the same incidents at the same instants, so that differences between them come from
 * what was changed.
 * @param text,path of the scenario
 * @throws ScenarioError before anything runs, when one of the variants is not a scenario
 */
export async function sweep(
  text: string,
  path: string,
  points: readonly Settings[],
  { onPoint = () => {}, base = {}, ...options }: SweepOptions = {},
): Promise<SweepRow[]> {
  const scenarios = points.map((settings) => parseScenario(text, path, { ...base, ...settings }))
  const rows: SweepRow[][] = points.map(() => [])
  let done = 0
  let next = 0
  const work = async (): Promise<void> => {
    while (next < points.length) {
      const point = next
      next += 1
      const { cells } = await run(scenarios[point]!, options)
      rows[point] = cells.map((cell) => ({
        point,
        settings: points[point]!,
        strategy: cell.strategy,
        topology: cell.topology,
        figures: figuresOf(cell),
        cell,
      }))
      onPoint((done += 1), points.length)
    }
  }
  // As many variants at a time as there are workers: one of them may have fewer cells than that.
  await Promise.all(Array.from({ length: options.execute?.workers ?? 1 }, work))
  return rows.flat()
}

/** How far each axis alone moves a figure of one cell, from the lowest to the highest, beside what it is unchanged. */
export interface TornadoBar {
  readonly path: string
  readonly base: number
  readonly low: { readonly value: unknown; readonly figure: number }
  readonly high: { readonly value: unknown; readonly figure: number }
}

/**
 * Sorts what each axis does, the strongest first.
 * @param rows of one cell, from `oneAtATime` points
 */
export function tornado(rows: readonly SweepRow[], figure: FigureName): TornadoBar[] {
  const base = rows.find(({ settings }) => Object.keys(settings).length === 0)
  if (base === undefined) throw new Error('the scenario as it is was not among the variants')
  const byPath = Map.groupBy(
    rows.filter((row) => row !== base),
    ({ settings }) => Object.keys(settings)[0]!,
  )
  const bars = [...byPath].map(([path, own]): TornadoBar => {
    const ends = own
      .map(({ settings, figures }) => ({ value: settings[path], figure: figures[figure] }))
      .sort((a, b) => a.figure - b.figure)
    return { path, base: base.figures[figure], low: ends[0]!, high: ends.at(-1)! }
  })
  const reach = ({ low, high }: TornadoBar): number => high.figure - low.figure
  return bars.sort((a, b) => reach(b) - reach(a))
}
