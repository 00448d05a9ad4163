import type { TopLevelSpec } from 'vega-lite'
import type { Results, StoreRow } from '../../experiment/results.ts'
import { bytes, shortDuration } from '../human.ts'
import { decimalUnit } from './bandwidth-by-purpose.ts'
import { cellLabel } from './cells.ts'
import { curveLayers } from './curves.ts'
import { plotTitle } from './marks.ts'
import type { Plot } from './marks.ts'
import { INK, PLOT_WIDTH } from './theme.ts'

const DAY_S = 86_400
/** Points of a curve; with more of them the drawing only grows. */
const MOST_POINTS = 160

/** How much each store holds at the end of each day. One plot a store. */
export function storageOverTime(results: Pick<Results, 'cells' | 'stores'>): TopLevelSpec | undefined {
  const stores = [...new Set(results.stores.filter((row) => row.stored_bytes > 0).map((row) => row.store))]
  if (stores.length === 0) return undefined
  const ends = results.cells.flatMap((cell) =>
    cell.storage.map(({ store, end_bytes }) => `${store}, ${cellLabel(cell, results)}: ${bytes(end_bytes)} at the end`),
  )
  const outlooks = outlooksOf(results)
  return {
    title: {
      text: 'Storage held over time',
      subtitle: [
        'Bytes held by each store, day by day, in the world without incidents. Of equal curves the later lies thin on the earlier.',
        'Dark line: capacity, where it is on the scale. Full in: were it to grow on as over the last third of the time simulated.',
      ],
    },
    description: `Storage held. ${ends.join('. ')}. ${outlooks.map(({ cell, store, text }) => `${store}, ${cell}: ${text}`).join('. ')}.`,
    vconcat: stores.map((store) =>
      plot(
        results,
        store,
        results.stores.filter((row) => row.store === store),
        outlooks.filter((outlook) => outlook.store === store),
      ),
    ),
    spacing: 14,
  }
}

function plot(
  results: Pick<Results, 'cells'>,
  store: string,
  rows: readonly StoreRow[],
  outlooks: readonly Outlook[],
): Plot {
  const curves = Map.groupBy(rows, (row) => JSON.stringify([row.strategy, row.topology]))
  const values = [...curves.values()].flatMap((curve) => {
    const [first] = curve
    const words =
      first === undefined ? '' : `${cellLabel(first, results)}: ${bytes(curve.at(-1)?.stored_bytes)} at the end`
    return thinned(curve).map(({ strategy, topology, day, stored_bytes }) => ({
      strategy,
      topology,
      day,
      stored_bytes,
      tip: words,
    }))
  })
  const held = Math.max(...values.map((row) => row.stored_bytes))
  const capacity = Math.min(...outlooks.map((outlook) => outlook.capacity_bytes))
  // A capacity far above the curves would press them to the ground.
  const most = capacity <= 4 * held ? Math.max(held, capacity) : held
  const { divisor, symbol } = decimalUnit(most)
  const lastDay = Math.max(...values.map((row) => row.day))
  return {
    title: plotTitle(titleOf(store, outlooks)),
    data: { values },
    width: PLOT_WIDTH + 130,
    height: 130,
    layer: [
      ...(capacity <= most
        ? [
            {
              data: { values: [{ stored_bytes: capacity }] },
              mark: { type: 'rule', color: INK, strokeWidth: 1.5 } as const,
              encoding: { y: { field: 'stored_bytes', type: 'quantitative' } } as const,
            },
          ]
        : []),
      ...curveLayers(
        results,
        {
          x: {
            field: 'day',
            type: 'quantitative',
            scale: { domain: [0, lastDay], nice: false },
            axis: { title: 'day', grid: false, tickMinStep: 1 },
          },
          y: {
            field: 'stored_bytes',
            type: 'quantitative',
            scale: { domain: [0, most * 1.05 || 1], nice: false },
            axis: { title: `${symbol} held`, labelExpr: `format(datum.value / ${divisor}, '~g')`, tickCount: 5 },
          },
        },
        'linear',
      ),
    ],
  }
}

interface Outlook {
  readonly cell: string
  readonly store: string
  readonly capacity_bytes: number
  readonly text: string
}

/** When each store that has a limit would be full, by a line through the last third of its days. */
function outlooksOf(results: Pick<Results, 'cells' | 'stores'>): Outlook[] {
  return results.cells.flatMap((cell) =>
    cell.storage
      .filter(({ capacity_bytes, peak_bytes }) => Number.isFinite(capacity_bytes) && peak_bytes > 0)
      .map(({ store, end_bytes, capacity_bytes }) => {
        const days = results.stores.filter(
          (row) => row.store === store && row.strategy === cell.strategy && row.topology === cell.topology,
        )
        const perDay_bytes = slopeOf(days.slice(Math.floor((days.length * 2) / 3)))
        const free_bytes = capacity_bytes - end_bytes
        const text =
          free_bytes <= 0
            ? 'full'
            : perDay_bytes <= 0
              ? 'not growing'
              : `full in ${shortDuration((free_bytes / perDay_bytes) * DAY_S)}`
        return { cell: cellLabel(cell, results), store, capacity_bytes, text }
      }),
  )
}

/** Least squares: bytes a day. */
function slopeOf(days: readonly StoreRow[]): number {
  const n = days.length
  const meanDay = days.reduce((sum, { day }) => sum + day, 0) / n
  const meanBytes = days.reduce((sum, row) => sum + row.stored_bytes, 0) / n
  let covariance = 0
  let variance = 0
  for (const { day, stored_bytes } of days) {
    covariance += (day - meanDay) * (stored_bytes - meanBytes)
    variance += (day - meanDay) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}

/** A line for the store, and one for each outlook; cells that say the same are named together. */
function titleOf(store: string, outlooks: readonly Outlook[]): string[] {
  const [first] = outlooks
  if (first === undefined) return [store]
  const texts = [...Map.groupBy(outlooks, ({ text }) => text)].map(([text, own]) =>
    own.length === outlooks.length ? text : `${text}: ${own.map(({ cell }) => cell).join('; ')}`,
  )
  return [`${store}, capacity ${bytes(first.capacity_bytes)}`, ...texts]
}

/** Evenly spaced days; of each stretch its greatest day, so that peaks stay. The last day stays too. */
function thinned(curve: readonly StoreRow[]): readonly StoreRow[] {
  if (curve.length <= MOST_POINTS) return curve
  const stretch = curve.length / MOST_POINTS
  const kept: StoreRow[] = []
  for (let index = 0; index < MOST_POINTS; index += 1) {
    const days = curve.slice(Math.floor(index * stretch), Math.floor((index + 1) * stretch))
    kept.push(days.reduce((most, row) => (row.stored_bytes > most.stored_bytes ? row : most)))
  }
  const last = curve.at(-1)
  return last === undefined || kept.at(-1) === last ? kept : [...kept, last]
}
