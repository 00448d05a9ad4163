import type { TopLevelSpec } from 'vega-lite'
import type { Results, StoreRow } from '../../experiment/results.ts'
import { bytes } from '../human.ts'
import { decimalUnit } from './bandwidth-by-purpose.ts'
import { cellLabel } from './cells.ts'
import { curveLayers } from './curves.ts'
import { plotTitle } from './marks.ts'
import type { Plot } from './marks.ts'
import { PLOT_WIDTH } from './theme.ts'

/** Points of a curve; with more of them the drawing only grows. */
const MOST_POINTS = 160

/** How much each store holds at the end of each day. One plot a store. */
export function storageOverTime(results: Pick<Results, 'cells' | 'stores'>): TopLevelSpec | undefined {
  const stores = [...new Set(results.stores.map((row) => row.store))]
  if (stores.length === 0) return undefined
  const ends = results.cells.flatMap((cell) =>
    cell.storage.map(({ store, end_bytes }) => `${store}, ${cellLabel(cell, results)}: ${bytes(end_bytes)} at the end`),
  )
  return {
    title: {
      text: 'Storage held over time',
      subtitle: [
        'Bytes held by each store, day by day, in the world without incidents. Of equal curves the later lies thin on the earlier.',
      ],
    },
    description: `Storage held. ${ends.join('. ')}.`,
    vconcat: stores.map((store) =>
      plot(
        results,
        store,
        results.stores.filter((row) => row.store === store),
      ),
    ),
    spacing: 14,
  }
}

function plot(results: Pick<Results, 'cells'>, store: string, rows: readonly StoreRow[]): Plot {
  const curves = Map.groupBy(rows, (row) => JSON.stringify([row.strategy, row.topology]))
  const values = [...curves.values()].flatMap((curve) =>
    thinned(curve).map(({ strategy, topology, day, stored_bytes }) => ({ strategy, topology, day, stored_bytes })),
  )
  const most = Math.max(...values.map((row) => row.stored_bytes))
  const { divisor, symbol } = decimalUnit(most)
  const lastDay = Math.max(...values.map((row) => row.day))
  return {
    title: plotTitle(store),
    data: { values },
    width: PLOT_WIDTH + 130,
    height: 130,
    layer: curveLayers(
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
  }
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
