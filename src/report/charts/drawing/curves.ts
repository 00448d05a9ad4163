import type { Results } from '../../../experiment/results.ts'
import { strategiesOf, topologiesOf } from './cells.ts'
import { tip } from './marks.ts'
import type { Encoding, Layer } from './marks.ts'
import { LINE_COLOURS } from './theme.ts'

/**
 * Topologies or, where there is only one, strategies: who sees no colours tells them by their dashes. The first topology is solid
 * and pale, so that the dashes of the others show where curves coincide.
 */
const DASHES = [
  [1, 0],
  [6, 4],
  [2, 2],
  [8, 3, 2, 3],
]
const THINNEST = 1.5
/** More cannot be told apart: there are eight colours. */
export const MOST_CURVES = LINE_COLOURS.length
const WIDENING = 1.25

/**
 * One line a cell: colour by strategy, dashes by topology, from wide below to thin above, so that of curves which coincide
 * each one still shows.
 */
export function curveLayers(
  results: Pick<Results, 'cells'>,
  encoding: Encoding,
  interpolate: 'linear' | 'step-after',
): Layer[] {
  const strategies = strategiesOf(results)
  const topologies = topologiesOf(results)
  const legend = {
    orient: 'top',
    symbolType: 'stroke',
    symbolStrokeWidth: 2.5,
    symbolSize: 350,
    symbolOpacity: 1,
  } as const
  return results.cells.map(({ strategy, topology }, index) => ({
    transform: [
      {
        filter: {
          and: [
            { field: 'strategy', equal: strategy },
            { field: 'topology', equal: topology },
          ],
        },
      },
    ],
    mark: {
      type: 'line',
      interpolate,
      strokeWidth: THINNEST + WIDENING * Math.min(4, results.cells.length - 1 - index),
      opacity: topologies.length > 1 && topology === topologies[0] ? 0.5 : 1,
    },
    encoding: {
      ...encoding,
      ...tip,
      color: {
        field: 'strategy',
        type: 'nominal',
        scale: { domain: strategies, range: LINE_COLOURS },
        legend: { ...legend, title: 'strategy', columns: 3 },
      },
      strokeDash:
        topologies.length > 1
          ? { ...dashes('topology', topologies), legend: { ...legend, title: 'topology', columns: 4 } }
          : { ...dashes('strategy', strategies), legend: { ...legend, title: 'strategy', columns: 3 } },
    },
  }))
}

function dashes(field: string, names: readonly string[]) {
  const range = names.map((_, at) => [...(DASHES[at % DASHES.length] ?? [1, 0])])
  return { field, type: 'nominal', scale: { domain: [...names], range } } as const
}
