import type { TopLevelSpec } from 'vega-lite'
import type { TornadoBar } from '../../experiment/sweep.ts'
import { endText } from '../text/words.ts'
import { labelsAfter, plotTitle } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { INK, LINE_COLOURS, MUTED, PLOT_WIDTH } from './drawing/theme.ts'

const [DOWN_COLOUR = INK, UP_COLOUR = INK] = LINE_COLOURS
const ROW_HEIGHT = 26

/** What one change at a time does to a figure of one cell. */
export interface TornadoInput {
  readonly cell: string
  /** The strongest first. */
  readonly bars: readonly TornadoBar[]
}

/** How a figure is called, and how it is written. */
export interface FigureWords {
  readonly name: string
  readonly write: (value: number) => string
}

/**
 * What a figure depends on: each value is changed alone, from its lowest to its highest, the strongest at the top. One plot a
 * cell, on one scale.
 */
export function tornadoChart(cells: readonly TornadoInput[], { name, write }: FigureWords): TopLevelSpec | undefined {
  const ends = cells.flatMap(({ bars }) => bars.flatMap(({ base, low, high }) => [base, low.figure, high.figure]))
  const finite = ends.filter((end) => Number.isFinite(end))
  if (finite.length === 0) return undefined
  const [least, most] = [Math.min(...finite), Math.max(...finite)]
  const margin = (most - least || Math.abs(most) || 1) * 0.45
  const domain: [number, number] = [least - margin, most + margin]
  const words = cells.flatMap(({ cell, bars }) =>
    bars.map(
      ({ path, low, high }) =>
        `${cell}, ${path}: ${write(low.figure)} ${endText(low)} to ${write(high.figure)} ${endText(high)}`,
    ),
  )
  return {
    title: {
      text: `What the ${name} depends on`,
      subtitle: [
        'Each value is changed alone, the others stay as in the scenario (line). Bar: from the lowest to the highest figure,',
        'with the value that gives it and, in brackets, how far apart they are. The same incidents strike every variant.',
      ],
    },
    description: `What the ${name} depends on. ${words.join('. ')}.`,
    vconcat: cells.map((input, index) => plot(input, domain, { name, write }, index === cells.length - 1)),
    spacing: 14,
  }
}

function plot(
  { cell, bars }: TornadoInput,
  domain: readonly [number, number],
  words: FigureWords,
  last: boolean,
): Plot {
  const { name, write } = words
  const values = bars.flatMap(({ path, base, low, high }) =>
    [low, high].map((end, index) => ({
      path,
      base,
      figure: end.figure,
      side: index === 0 ? 'left' : 'right',
      fill: end.figure < base ? DOWN_COLOUR : UP_COLOUR,
      label: `${write(end.figure)} ${endText(end)}${end === high ? ` (+${write(high.figure - low.figure)})` : ''}`,
    })),
  )
  const ticks = ticksOf(domain)
  const labels = ticks.map((tick) => `'${tick}': '${write(tick)}'`)
  const x = {
    type: 'quantitative',
    scale: { domain: [...domain] as number[], nice: false, zero: false },
    axis: {
      values: ticks,
      labelExpr: `({${labels.join(', ')}})[datum.value]`,
      title: last ? name : null,
      labels: last,
      ticks: last,
    },
  } as const
  const y = { field: 'path', type: 'nominal', sort: bars.map(({ path }) => path), title: null } as const
  const left = { align: 'right', dx: -6 } as const
  return {
    title: plotTitle(cell),
    data: { values },
    width: PLOT_WIDTH,
    height: bars.length * ROW_HEIGHT,
    layer: [
      {
        mark: { type: 'bar', height: 14 },
        encoding: {
          y,
          x: { ...x, field: 'base' },
          x2: { field: 'figure' },
          fill: { field: 'fill', type: 'nominal', scale: null },
        },
      },
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { ...x, field: 'base', aggregate: 'mean' } } },
      {
        transform: [{ filter: "datum.side === 'left'" }],
        mark: { type: 'text', color: MUTED, ...left },
        encoding: { y, x: { ...x, field: 'figure' }, text: { field: 'label' } },
      },
      ...labelsAfter({ y, x: { ...x, field: 'figure' }, text: { field: 'label' } }, "datum.side === 'right'"),
    ],
  }
}

/** Five round numbers within the domain. */
function ticksOf([low, high]: readonly [number, number]): number[] {
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high && ticks.length < 20; tick += step) ticks.push(tick)
  return ticks
}
