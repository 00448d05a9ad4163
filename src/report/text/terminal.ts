import { styleText } from 'node:util'
import Table from 'cli-table3'
import type { Cell, HazardSummary, Results, Summary } from '../../experiment/results.ts'
import { annualRiskLines } from './annual-risk.ts'
import { cellNames, onOneTopology } from './cell-names.ts'
import { complianceLines } from './compliance.ts'
import type { CellName } from './cell-names.ts'
import { currencyOf } from './currency.ts'
import { duration, money, percent, shortDuration, shortMoney, significant } from './human.ts'
import { busiestLink, utilisation } from './link-use.ts'
import { presentValues } from './present-value.ts'
import { verdictOf } from './verdict.ts'
import { worstLoss, worstOf } from '../../experiment/summary/worst-hazard.ts'
import { wrap } from './wrap.ts'
import type { CellVerdict } from './verdict.ts'
import { experimentOf, failures, headline, objectivesOf, support, writeDelay, WEAK_SPOTS } from './words.ts'

const CELL_COLUMNS = [16, 9, 9, 9, 9, 8, 6, 7, 7]
/** Limit of names in the table of hazards. */
const NAME_WIDTH = 25
/** On the terminal; the report has them all. */
const MOST_WEAK_SPOTS = 5
const HAZARD_COLUMNS = [NAME_WIDTH, 9, 9, 6, 9, 9, 6, 7]

interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

/**
 * The results as a person reads them first, at most 80 columns wide: strategies and topologies, then what each hazard
 * does to them, then the verdict. Coloured only where the stream is a terminal and wants it (NO_COLOR, FORCE_COLOR).
 */
export function terminalSummary(results: Results, stream: NodeJS.WritableStream = process.stdout): string {
  const paint = paintFor(stream)
  const sections = [opening(results, paint), cellTable(results, paint), hazardTable(results, paint)]
  const risk = annualRiskLines(results.cells)
  if (risk !== undefined) sections.push(risk)
  const compliance = complianceLines(results.cells, (text, met) => (met ? paint.good(text) : paint.bad(text)))
  if (compliance !== undefined) sections.push(compliance)
  sections.push(verdictLines(results, paint))
  if (results.weakSpots.length > 0) sections.push(weakSpotLines(results, paint))
  if (results.warnings.length > 0) {
    sections.push([paint.strong('Warnings:'), ...results.warnings.map((text) => wrap('! ', text))].join('\n'))
  }
  return `${sections.join('\n\n').replace(/[ ]+$/gm, '')}\n`
}

function paintFor(stream: NodeJS.WritableStream): Paint {
  type Format = Parameters<typeof styleText>[0]
  const style = (format: Format) => (text: string) => styleText(format, text, { stream })
  return { strong: style('bold'), faint: style('dim'), good: style('green'), bad: style('red') }
}

function opening(results: Results, paint: Paint): string {
  const { scenario, seed } = results
  const about = `${experimentOf(results)}; ${duration(scenario.horizon_s)} simulated; seed ${seed}`
  return `${strongLines(wrap('', scenario.name), paint)}\n${paint.faint(wrap('', about))}`
}

function cellTable({ cells }: Results, paint: Paint): string {
  const nameOf = cellNames(cells)
  const isOne = onOneTopology(cells)
  const oneLine = isOne && cells.every(({ strategy }) => strategy.length <= CELL_COLUMNS[0]! - 2)
  const table = bareTable(CELL_COLUMNS)
  table.push(['strategy', 'RPO', 'RPO', 'RTO', 'RTO', 'all', 'link', 'outlay', 'total'])
  table.push([isOne ? '' : '  on topology', 'mean', 'p95', 'mean', 'p95', 'lost', 'p95', '/year', '/year'])
  table.push(CELL_COLUMNS.map((width, index) => paint.faint('─'.repeat(index === 0 ? width : width - 1))))
  let strategy: string | undefined
  for (const cell of cells) {
    const mark = cell.objectiveMet ? paint.good('✔') : paint.bad('✘')
    if (oneLine) table.push([`${mark} ${cell.strategy}`, ...cellFigures(cell, paint)])
    else if (isOne) {
      // A name too long for its column stands above its figures.
      table.push([{ colSpan: CELL_COLUMNS.length, content: `${mark} ${strongLines(wrap('', cell.strategy), paint)}` }])
      table.push(['', ...cellFigures(cell, paint)])
    } else {
      if (cell.strategy !== strategy) table.push([heading(cell.strategy, CELL_COLUMNS.length, paint)])
      strategy = cell.strategy
      table.push([`${mark} ${cell.topology}`, ...cellFigures(cell, paint)])
    }
  }
  const busiest = new Set(cells.map((cell) => busiestLink(cell.bandwidth)?.link).filter((name) => name !== undefined))
  const notes = [
    `Means and percentiles are over incidents that were not lost. all lost: share of incidents after which nothing could be restored.${several(cells)}`,
    `link p95: 95th percentile of the busiest link's five-minute means, of its capacity (${[...busiest].join('; ') || 'no links'}).`,
    'total: outlay plus, for each hazard, its rate times the mean penalty. The cost of losing a service for good is unknown and not included.',
    ...cells.flatMap((cell) => (cell.writeDelays ?? []).map((delay) => writeDelay(nameOf(cell), delay))),
  ]
  return `${table.toString()}\n${notes.map((note) => paint.faint(wrap('', note))).join('\n')}`
}

/** Where there are several hazards or services, whose figures stand first. */
function several(cells: readonly Cell[]): string {
  return cells.some(({ hazards }) => hazards.length > 1)
    ? ' Each is shown for the hazard and service for which it is largest; all are listed below.'
    : ''
}

function cellFigures(cell: Cell, paint: Paint): string[] {
  const busiest = busiestLink(cell.bandwidth)
  const probability = worstLoss(cell)
  return [
    ...meanAndP95(worstOf(cell, 'rpo')),
    ...meanAndP95(worstOf(cell, 'rto')),
    probability > 0 ? paint.bad(percent(probability)) : percent(probability),
    busiest === undefined ? '' : wholePercent(utilisation(busiest)),
    shortMoney(cell.cost.outlay_usdPerYear, currencyOf([cell])),
    shortMoney(cell.cost.total_usdPerYear, currencyOf([cell])),
  ]
}

function hazardTable({ cells }: Results, paint: Paint): string {
  const nameOf = cellNames(cells, ', ')
  const table = bareTable(HAZARD_COLUMNS)
  table.push(['hazard → service', 'RPO', 'RPO', '', 'RTO', 'RTO', '', 'all'])
  table.push([
    onOneTopology(cells) ? '  strategy' : '  strategy, topology',
    'mean',
    'p95',
    'met',
    'mean',
    'p95',
    'met',
    'lost',
  ])
  table.push(HAZARD_COLUMNS.map((width, index) => paint.faint('─'.repeat(index === 0 ? width : width - 1))))
  for (const { hazard, service } of cells[0]?.hazards ?? []) {
    const rows = cells.flatMap((cell) =>
      cell.hazards.filter((row) => row.hazard === hazard && row.service === service).map((row) => ({ cell, row })),
    )
    const first = rows[0]?.row
    if (first === undefined) continue
    const rate = `${significant(first.rate_perYear, 3)} a year`
    const title = `${hazard} → ${service} (${objectivesOf(first)}; ${rate})`
    table.push([heading(title, HAZARD_COLUMNS.length, paint)])
    for (const strategy of new Set(rows.map(({ cell }) => cell.strategy))) {
      const own = rows.filter(({ cell }) => cell.strategy === strategy)
      const names = own.map(({ cell }) => `  ${nameOf(cell)}`)
      if (names.every((name) => name.length <= NAME_WIDTH)) {
        for (const [index, { row }] of own.entries()) table.push([names[index], ...hazardRow(row, paint)])
      } else {
        table.push([{ colSpan: HAZARD_COLUMNS.length, content: wrap('  ', strategy) }])
        for (const { cell, row } of own)
          table.push([onOneTopology(cells) ? '' : `    ${cell.topology}`, ...hazardRow(row, paint)])
      }
    }
  }
  return table.toString()
}

function hazardRow(row: HazardSummary, paint: Paint): string[] {
  const share = (value: number): string => (value === 1 ? paint.good : paint.bad)(wholePercent(value))
  return [
    ...meanAndP95(row.rpo),
    Number.isFinite(row.objectives.rpo_s) ? share(row.rpoMet.share) : '',
    ...meanAndP95(row.rto),
    Number.isFinite(row.objectives.rto_s) ? share(row.rtoMet.share) : '',
    row.lost > 0 ? paint.bad(percent(row.lossProbability.share)) : '0 %',
  ]
}

function verdictLines(results: Results, paint: Paint): string {
  const verdict = verdictOf(results)
  const nameOf = cellNames(results.cells)
  const lines = [strongLines(wrap('', headline(verdict)), paint)]
  for (const each of verdict.cells) lines.push(cellVerdict(each, nameOf, paint))
  lines.push(...presentValues(results.cells).flatMap((sentence) => wrap('  ', sentence)))
  return lines.join('\n')
}

function weakSpotLines({ weakSpots }: Results, paint: Paint): string {
  const more = weakSpots.length - MOST_WEAK_SPOTS
  return [
    paint.strong(`${WEAK_SPOTS}:`),
    ...weakSpots.slice(0, MOST_WEAK_SPOTS).map((text) => wrap('! ', text)),
    ...(more > 0 ? [`  and ${more} more, in the report`] : []),
  ].join('\n')
}

function cellVerdict(verdict: CellVerdict, nameOf: CellName, paint: Paint): string {
  const { cost } = verdict.cell
  const name = `${nameOf(verdict.cell)} (${money(cost.total_usdPerYear, currencyOf([verdict.cell]))} a year)`
  const [mark, reasons] = verdict.met ? [paint.good('✔'), support(verdict)] : [paint.bad('✘'), failures(verdict, 3)]
  return wrap('  ', `${name}: ${reasons}`).replace(' ', mark)
}

function meanAndP95(summary: Summary | undefined): [string, string] {
  return [shortDuration(summary?.mean), shortDuration(summary?.p95)]
}

/** A row over the whole width. */
function heading(text: string, columns: number, paint: Paint): Table.Cell {
  return { colSpan: columns, content: strongLines(wrap('', text), paint) }
}

/** Line by line, so that no colour runs over a line's end. */
function strongLines(text: string, paint: Paint): string {
  return text.split('\n').map(paint.strong).join('\n')
}

/** Percent without decimals, but 100 % and 0 % only for all and nothing. */
function wholePercent(share: number): string {
  const rounded = Math.round(share * 100)
  return `${share > 0 ? (share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded) : 0} %`
}

function bareTable(widths: readonly number[]): Table.Table {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' }
  const nowhere = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' }
  return new Table({
    chars: { ...none, ...nowhere, right: '', 'right-mid': '', middle: '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colWidths: [...widths],
    colAligns: widths.map((_, index) => (index === 0 ? 'left' : 'right')),
  })
}
