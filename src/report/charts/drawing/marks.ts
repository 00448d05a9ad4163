import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../../experiment/results.ts'
import { signOf } from '../../text/human.ts'
import type { Currency } from '../../text/human.ts'
import { strategiesOf } from './cells.ts'
import { INK, LINE_COLOURS, MUTED, PAPER, ROW_HEIGHT } from './theme.ts'

/** A plot that can stand in a row or column of plots. */
export type Plot = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number]

type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer']
export type Layer = Layers[number]
export type Encoding = NonNullable<Extract<Layer, { mark: unknown }>['encoding']>

/** Text beside a mark, with a rim of paper so that it can be read over grid lines and rules. */
export function labelsBeside(side: 'after' | 'before', encoding: Encoding, where?: string): Layer[] {
  const filter = where === undefined ? {} : { transform: [{ filter: where }] }
  const place = side === 'after' ? ({ align: 'left', dx: 7 } as const) : ({ align: 'right', dx: -7 } as const)
  return [
    { ...filter, mark: { type: 'text', ...place, color: PAPER, stroke: PAPER, strokeWidth: 6 }, encoding },
    { ...filter, mark: { type: 'text', ...place, color: MUTED }, encoding },
  ]
}

/** Text to the right of a mark. */
export function labelsAfter(encoding: Encoding, where?: string): Layer[] {
  return labelsBeside('after', encoding, where)
}

/** Text in a column of its own, right of the plot. */
export function labelColumn(encoding: Encoding): Layer {
  return {
    mark: { type: 'text', align: 'left', dx: 8, color: MUTED },
    encoding: { ...encoding, x: { value: 'width' } },
  }
}

/** A dashed line at an objective, with a rim of paper so that it can be seen over bars. */
export function objectiveRule(encoding: Encoding, where?: string): Layer[] {
  const filter = where === undefined ? {} : { transform: [{ filter: where }] }
  return [
    { ...filter, mark: { type: 'rule', color: PAPER, strokeWidth: 4, opacity: 0.8 }, encoding },
    { ...filter, mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.5 }, encoding },
  ]
}

/** Pixels of a character of the text in bars. */
const CHARACTER_PX = 6

/** A stretch of a bar with its name: `from` and `to` are in the units of the axis. */
export interface NamedStretch {
  readonly from: number
  readonly to: number
  readonly name: string
  /** Of the bar. */
  readonly colour: string
}

/**
 * Names within bars, for those stretches that are long enough; the others have their colour, and words when one points at them.
 * @param unitsPerPixel of the axis
 * @param line          an objective, which no name covers
 */
export function namesInBars(
  stretches: ReadonlyArray<NamedStretch & { readonly tip: string }>,
  unitsPerPixel: number,
  y: object,
  x: object,
  line?: number,
): Layer[] {
  const values = stretches
    .map((stretch) => besideLine(stretch, line))
    .filter(({ from, to, name }) => (to - from) / unitsPerPixel > CHARACTER_PX * (name.length + 1))
    .map((stretch) => ({ ...stretch, middle: (stretch.from + stretch.to) / 2, ink: inkOn(stretch.colour) }))
  if (values.length === 0) return []
  return [
    {
      data: { values },
      mark: { type: 'text', fontSize: 9, baseline: 'middle' },
      encoding: {
        y,
        x: { ...x, field: 'middle' },
        text: { field: 'name' },
        color: { field: 'ink', type: 'nominal', scale: null },
        ...tip,
      },
    },
  ]
}

/** The longer part of a stretch that a line cuts in two. */
function besideLine<S extends NamedStretch>(stretch: S, line: number | undefined): S {
  const { from, to } = stretch
  if (line === undefined || line <= from || line >= to) return stretch
  return line - from > to - line ? { ...stretch, to: line } : { ...stretch, from: line }
}

/** White or dark, whichever is read better on a colour. */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? PAPER : INK
}

/** Heading of one plot among several, broken into lines that are not longer than the plot is wide. */
export function plotTitle(text: string | readonly string[]) {
  const lines = [text].flat().flatMap(linesOf)
  return {
    text: lines.length === 1 ? (lines[0] ?? '') : lines,
    fontSize: 11,
    anchor: 'start',
    frame: 'group',
    offset: 6,
  } as const
}

/** Characters of bold type across a plot. */
const LINE_LENGTH = 100

function linesOf(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= LINE_LENGTH) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Labels of an axis of money: '$250', '$1.5k', '€2M'. */
export function moneyLabels(currency: Currency): string {
  return `'${signOf(currency)}' + format(datum.value, datum.value < 1000 ? '~g' : '~s')`
}

/** 'US dollars a year' */
export function moneyAYear({ code }: Currency): string {
  return code === 'USD' ? 'US dollars a year' : `${code} a year`
}

/** Rows of a chart with one row a cell: their heading is the cell's label. */
export function cellRows(labels: readonly string[]) {
  return { field: 'cell', type: 'nominal', sort: [...labels], title: null } as const
}

/** Colour by strategy; labels name the strategies, so there is no legend. */
export function strategyColour(results: Pick<Results, 'cells'>) {
  const scale = { domain: strategiesOf(results), range: LINE_COLOURS }
  return { field: 'strategy', type: 'nominal', scale, legend: null } as const
}

/** One plot below another for each hazard, under its name, in this order. */
export function hazardRows(hazards: string[]) {
  const header = { labelOrient: 'top', labelAnchor: 'start' } as const
  return { field: 'hazard', type: 'nominal', title: null, sort: hazards, header } as const
}

/** Height of a plot with this many rows. */
export function rowsHeight(rows: number): number {
  return rows * ROW_HEIGHT
}

/** What a mark says when one points at it: a sentence in the field `tip`, which begins with the cell's label. */
export const tip = { description: { field: 'tip', type: 'nominal' } } as const
