import type { Cell, Results } from '../experiment/results.ts'
import { worstLoss, worstOf } from '../experiment/summary/worst-hazard.ts'
import { cellHeading, cellNames } from '../report/text/cell-names.ts'
import { currencyOf } from '../report/text/currency.ts'
import { money, percent, shortDuration } from '../report/text/human.ts'
import type { Currency } from '../report/text/human.ts'
import { html } from '../report/html/markup.ts'
import type { Markup } from '../report/html/markup.ts'
import { table } from '../report/html/table.ts'

/** Two runs beside each other, cell by cell; cells that only one of them has stand alone. */
export function comparisonSection(now: Results, before: Results, names: { now: string; before: string }): Markup {
  const cells = [...now.cells, ...before.cells]
  const nameOf = cellNames(cells)
  const measures = measuresIn(currencyOf(now.cells))
  const rows = [...new Set(cells.map(nameOf))].flatMap((name) => {
    const [own, other] = [now, before].map((results) => results.cells.find((cell) => nameOf(cell) === name))
    return measures.map(({ title, value, write }) => {
      const [x, y] = [own && value(own), other && value(other)]
      const difference = x === undefined || y === undefined ? '–' : signed(x - y, write)
      return [name, title, write(y), write(x), difference]
    })
  })
  return html`<section id="comparison">
    <h2>Compared with ${names.before}</h2>
    ${table({
      caption: `${names.before} (seed ${before.seed}) and ${names.now} (seed ${now.seed})`,
      heads: [cellHeading(cells), 'Measure', names.before, names.now, 'Difference'],
      words: [1],
      rows,
    })}
  </section>`
}

interface Measure {
  readonly title: string
  readonly value: (cell: Cell) => number | undefined
  readonly write: (value: number | undefined) => string
}

function measuresIn(currency: Currency): Measure[] {
  const write = (usd: number | undefined): string => money(usd, currency)
  return [
    { title: 'Mean RPO, worst hazard', value: (cell) => worstOf(cell, 'rpo')?.mean, write: shortDuration },
    { title: 'Mean RTO, worst hazard', value: (cell) => worstOf(cell, 'rto')?.mean, write: shortDuration },
    { title: 'All lost, worst hazard', value: worstLoss, write: percent },
    { title: 'Outlay a year', value: (cell) => cell.cost.outlay_usdPerYear, write },
    { title: 'Total a year', value: (cell) => cell.cost.total_usdPerYear, write },
  ]
}

function signed(difference: number, write: Measure['write']): string {
  if (difference === 0) return '±0'
  return difference > 0 ? `+${write(difference)}` : `−${write(-difference)}`
}
