import { stringify } from 'csv-stringify/sync'
import type { FigureName } from '../../experiment/figures.ts'
import type { Estimate } from '../../experiment/results.ts'
import type { SobolIndices } from '../../experiment/statistics/sobol.ts'
import type { SweepRow, TornadoBar } from '../../experiment/sweep.ts'
import type { FigureWords } from '../charts/tornado.ts'
import { cellNames } from './cell-names.ts'
import { currencyOf, headerIn, rateOf } from './currency.ts'
import { US_DOLLARS, percent, shortDuration, shortMoney, significant } from './human.ts'
import type { Currency } from './human.ts'
import { plainTable, titledTable } from './plain-table.ts'
import type { TextTable } from './plain-table.ts'
import { drawnText, settingNames, settingsText } from './settings-text.ts'
import { endText, valueText } from './words.ts'
import { LINE_WIDTH, wrap } from './wrap.ts'

/** How a figure is written, what it is called in a sentence, and at the head of a column. */
const FIGURES: Readonly<
  Record<FigureName, readonly [name: string, heading: string, write: (value: number, currency: Currency) => string]>
> = {
  rpo_s: ['mean RPO', 'RPO\nmean', (value) => shortDuration(value)],
  rpoP95_s: ['RPO p95', 'RPO\np95', (value) => shortDuration(value)],
  rto_s: ['mean RTO', 'RTO\nmean', (value) => shortDuration(value)],
  rtoP95_s: ['RTO p95', 'RTO\np95', (value) => shortDuration(value)],
  loss: ['share lost', 'all\nlost', (value) => percent(value)],
  outlay_usdPerYear: ['outlay a year', 'outlay\n/year', shortMoney],
  penalty_usdPerYear: ['penalty a year', 'penalty\n/year', shortMoney],
  total_usdPerYear: ['total a year', 'total\n/year', shortMoney],
}

/** All figures, in the order of columns. */
export const FIGURE_NAMES: readonly FigureName[] = [
  'rpo_s',
  'rpoP95_s',
  'rto_s',
  'rtoP95_s',
  'loss',
  'outlay_usdPerYear',
  'penalty_usdPerYear',
  'total_usdPerYear',
]

/** How sentences and charts call a figure, and write it. */
export function wordsOfFigure(figure: FigureName, currency: Currency): FigureWords {
  const [name, , write] = FIGURES[figure]
  return { name, write: (value) => write(value, currency) }
}

/** For each cell, its figures in each variant; at most 80 columns wide. */
export function sweepTable(rows: readonly SweepRow[]): string {
  const { headings, rows: inColumns } = sweepColumns(rows)
  const wide = plainTable(headings, inColumns)
  const isNarrow = wide.split('\n').every((line) => line.length <= LINE_WIDTH)
  const table = isNarrow ? wide : variantsAcross(rows)
  return [table, ...sweepNotes(rows).map((note) => `${wrap('', note)}\n`)].join('')
}

/** For each cell, its figures in each variant, with a column for each value that was varied. */
export function sweepColumns(rows: readonly SweepRow[]): TextTable {
  const paths = [...new Set(rows.flatMap(({ settings }) => Object.keys(settings)))]
  const figuresOf = figureWriter(rows)
  // Variants that each change something else have one column for what they change: columns of their own would be almost empty.
  const isGrid = rows.every(({ settings }) => paths.every((path) => path in settings))
  const changesOf = settingNames(rows)
  const settingsOf = ({ settings }: SweepRow): string[] =>
    isGrid ? paths.map((path) => drawnText(settings[path])) : [changesOf(settings).join(', ') || '(nothing changed)']
  return {
    headings: [...(isGrid ? paths.map((path) => path.replaceAll('.', '.\n')) : ['changed']), ...HEADINGS],
    rows: [...Map.groupBy(rows, cellNames(rows))].flatMap(([cell, own]) => [
      [cell],
      ...own.map((row) => {
        const [first, ...others] = settingsOf(row)
        return [`  ${first}`, ...others, ...figuresOf(row)]
      }),
    ]),
  }
}

/** The same, with the varied values above the figures. */
function variantsAcross(rows: readonly SweepRow[]): string {
  const figuresOf = figureWriter(rows)
  return plainTable(
    ['', ...HEADINGS],
    [...Map.groupBy(rows, cellNames(rows))].flatMap(([cell, own]) => [
      [cell],
      ...own.flatMap((row) => [
        [wrap('  ', settingsText(row.settings) || '(nothing changed)')],
        ['', ...figuresOf(row)],
      ]),
    ]),
  )
}

const HEADINGS = FIGURE_NAMES.map((name) => FIGURES[name][1])

function figureWriter(rows: readonly SweepRow[]): (row: SweepRow) => string[] {
  const currency = currencyOf(rows.map(({ cell }) => cell))
  return ({ figures }) => FIGURE_NAMES.map((name) => FIGURES[name][2](figures[name], currency))
}

/** What the columns mean, and the currency where it is not US dollars. */
export function sweepNotes(rows: readonly SweepRow[]): string[] {
  return [NOTE, ...rateOf(currencyOf(rows.map(({ cell }) => cell)))]
}

const NOTE =
  'Means and percentiles are over incidents that were not lost, of the hazard and service for which the mean is largest. all lost: ' +
  'share of incidents after which nothing could be restored, where it is largest. penalty: for each hazard, its rate times the mean ' +
  'penalty. total: outlay plus penalty.'

/** As sweepTable, in base units. */
export function sweepCsv(rows: readonly SweepRow[]): string {
  const currency = currencyOf(rows.map(({ cell }) => cell))
  const money =
    currency.code === US_DOLLARS.code ? [] : FIGURE_NAMES.filter((name) => headerIn(currency, name) !== undefined)
  const paths = [...new Set(rows.flatMap(({ settings }) => Object.keys(settings)))]
  return stringify(
    rows.map(({ point, strategy, topology, settings, figures }) => [
      point,
      strategy,
      topology,
      ...paths.map((path) => (path in settings ? valueText(settings[path]) : '')),
      ...FIGURE_NAMES.map((name) => (Number.isFinite(figures[name]) ? figures[name] : '')),
      ...money.map((name) => figures[name] / currency.usd),
    ]),
    {
      header: true,
      columns: [
        'point',
        'strategy',
        'topology',
        ...paths,
        ...FIGURE_NAMES,
        ...money.map((name) => headerIn(currency, name)!),
      ],
    },
  )
}

const BAR_WIDTH = 24

/** What each change does to a figure of one cell, the strongest first, with a bar from its lowest to its highest. */
export function tornadoTable(
  cell: string,
  figure: FigureName,
  bars: readonly TornadoBar[],
  currency = US_DOLLARS,
): string {
  const { name, write } = wordsOfFigure(figure, currency)
  const least = Math.min(...bars.map(({ low, base }) => Math.min(low.figure, base)))
  const most = Math.max(...bars.map(({ high, base }) => Math.max(high.figure, base)))
  const column = (value: number): number =>
    most === least ? 0 : Math.round(((value - least) / (most - least)) * (BAR_WIDTH - 1))
  const rows = bars.flatMap(({ path, base, low, high }) => {
    const from = column(Math.min(low.figure, base))
    const to = column(Math.max(high.figure, base))
    const bar = Array.from({ length: BAR_WIDTH }, (_, k) => {
      if (k === column(base)) return '┃'
      return k >= from && k <= to ? '█' : '·'
    })
    return [
      [path],
      [
        `  ${write(low.figure)} ${endText(low)}`,
        `${write(high.figure)} ${endText(high)}`,
        write(high.figure - low.figure),
        bar.join(''),
      ],
    ]
  })
  const base = bars[0] === undefined ? '' : `, ${write(bars[0].base)} unchanged`
  return `${name[0]!.toUpperCase()}${name.slice(1)} of ${cell}${base}\n${plainTable(['  lowest', 'highest', 'apart', ''], rows)}`
}

/** In which currency a figure is told, where it is money and not in US dollars; a line. */
export function rateOfFigure(figure: FigureName, currency: Currency): string {
  return headerIn(currency, figure) === undefined ? '' : rateOf(currency, '.\n').join('')
}

function shareText({ value, ci95 }: Estimate): string {
  return `${significant(value, 2)} (${significant(ci95[0], 2)} … ${significant(ci95[1], 2)})`
}

/** Shares of the variance of a figure, by Sobol's indices with their intervals. */
export function sobolText(cell: string, figure: FigureName, paths: readonly string[], indices: SobolIndices): string {
  const { first, total } = indices
  return `${titledTable(sobolTable(cell, figure, paths, indices))}${vagueness([...first, ...total])}`
}

export function sobolTable(
  cell: string,
  figure: FigureName,
  paths: readonly string[],
  { first, total }: SobolIndices,
): TextTable {
  const rows = paths.map((path, k) => [path, shareText(first[k]!), shareText(total[k]!)])
  return {
    title: `Variance of the ${FIGURES[figure][0]} of ${cell}`,
    headings: ['', 'by itself', 'with all others'],
    rows,
  }
}

/** Intervals wider than this say little of what matters most. */
const VAGUE = 0.3

/** Explains to the reader how wide the intervals are. */
function vagueness(indices: readonly Estimate[]): string {
  const widest = Math.max(...indices.map(({ ci95: [low, high] }) => high - low))
  const impossible = indices.some(({ value }) => value > 1 || value < 0)
  if (widest <= VAGUE && !impossible) return ''
  const why = impossible
    ? 'Shares below 0 or above 1 cannot be: they come of too few variants.'
    : 'The intervals (95 %) are wide.'
  return `${why} Four times the N of --sobol halves the intervals.\n`
}
