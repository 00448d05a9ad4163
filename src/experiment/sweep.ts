import { parseScenario } from '../scenario/load.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Settings } from '../scenario/document/set-values.ts'
import { drillPenalties } from './cost-difference.ts'
import type { DrillPenalties } from './cost-difference.ts'
import { figuresOf } from './figures.ts'
import type { FigureName, Figures } from './figures.ts'
import type { Cell, Results } from './results.ts'
import { TOLD_OF, precisionOf } from './precision.ts'
import { run, settled, unlessNothingComplete } from './run.ts'
import type { RunOptions } from './run.ts'

/** One cell of one variant of a scenario. */
export interface SweepRow {
  /** Number of the variant, from 0. */
  readonly point: number
  readonly settings: Settings
  readonly strategy: string
  readonly topology: string
  readonly figures: Figures
  readonly cell: Cell
  /** What the drills cost, drill by drill: whether one variant is dearer than another can only be told by pairs. */
  readonly penalties: readonly DrillPenalties[]
}

export interface SweepOptions extends Omit<RunOptions, 'onProgress'> {
  /** Values that are set in every variant and do not appear in the rows. */
  readonly base?: Settings
  readonly onProgress?: (progress: SweepProgress) => void
}

export interface SweepProgress {
  /** How many variants are complete, and how many there are. */
  readonly complete: number
  readonly variants: number
  /** How much of the work is done, from 0 to 1. */
  readonly share: number
  /** Relative half-width of the least precise mean in the variants that are complete. */
  readonly precision: number
}

/**
 * Runs variants of a scenario. All see the same incidents at the same instants, so that differences between them come from
 * what was changed.
 * @param text,path of the scenario
 * @param points the values that each variant sets, such as `grid` or `oneAtATime` gives them
 * @returns the cells of all variants, in the order of the variants; of the complete ones only if the signal was aborted
 * @throws ScenarioError before anything runs, when one of the variants is not a scenario
 */
export async function sweep(
  text: string,
  path: string,
  points: readonly Settings[],
  { onProgress = () => {}, base = {}, ...options }: SweepOptions = {},
): Promise<SweepRow[]> {
  const given = parseScenario(text, path, base)
  const parse = (from: Scenario): Scenario[] =>
    points.map((settings) => parseScenario(text, path, { ...from.settings, ...settings }))
  // Mistakes in any variant are reported before anything runs.
  let scenarios = parse(given)
  const found = await unlessNothingComplete(settled(given, options))
  if (found === undefined) return []
  if (found !== given) scenarios = parse(found)
  const rows: SweepRow[][] = points.map(() => [])
  const shares = points.map(() => 0)
  let complete = 0
  let precision = 0
  const tell = (point: number, share: number): void => {
    shares[point] = share
    const sum = shares.reduce((total, each) => total + each, 0)
    onProgress({ complete, variants: points.length, share: sum / points.length, precision })
  }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < points.length && options.signal?.aborted !== true) {
      const point = next
      next += 1
      const whole = await wholeRun(scenarios[point]!, { ...options, onProgress: ({ share }) => tell(point, share) })
      if (whole === undefined) return
      const { cells, incidents } = whole
      rows[point] = cells.map((cell) => ({
        point,
        settings: points[point]!,
        strategy: cell.strategy,
        topology: cell.topology,
        figures: figuresOf(cell),
        cell,
        penalties: drillPenalties(cell, incidents),
      }))
      complete += 1
      precision = Math.max(precision, precisionOf(TOLD_OF, cells).relative)
      tell(point, 1)
    }
  }
  // A variant may have fewer cells than there are workers, so as many variants run side by side as there are workers.
  await Promise.all(Array.from({ length: options.execute?.workers ?? 1 }, work))
  return rows.flat()
}

/** Undefined if it was interrupted: a variant with fewer drills than the others cannot be compared with them. */
async function wholeRun(scenario: Scenario, options: RunOptions): Promise<Results | undefined> {
  const results = await unlessNothingComplete(run(scenario, options))
  return results?.interrupted === undefined ? results : undefined
}

/**
 * How far the values of one axis alone move a figure of one cell: its lowest and its highest, and what it is with nothing
 * changed. If all values move it in the same direction, the unchanged figure is one of the two ends.
 */
export interface TornadoBar {
  readonly path: string
  readonly base: number
  readonly low: TornadoEnd
  readonly high: TornadoEnd
}

export interface TornadoEnd {
  /** Undefined where nothing was changed. */
  readonly value?: unknown
  readonly figure: number
}

/**
 * How far each axis moves a figure, the axis with the greatest effect first.
 * @param rows of one cell, from a sweep over `oneAtATime` points
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
    const unchanged = { figure: base.figures[figure] }
    const [lowest, highest] = [ends[0]!, ends.at(-1)!]
    // If an interruption has left only one value, the unchanged figure is the other end.
    const low = unchanged.figure < lowest.figure ? unchanged : lowest
    const high = unchanged.figure > highest.figure || low === highest ? unchanged : highest
    return { path, base: unchanged.figure, low, high }
  })
  const reach = ({ low, high }: TornadoBar): number => high.figure - low.figure
  return bars.sort((a, b) => reach(b) - reach(a))
}
