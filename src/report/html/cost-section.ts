import type { Results } from '../../experiment/results.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import { currencyOf } from '../text/currency.ts'
import { money, signOf, significant } from '../text/human.ts'
import { presentValues } from '../text/present-value.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** A year; less is not told. */
const LEAST_USD = 0.01

/** Every item of cost with what it was worked out from. */
export function costSection(results: Results): Markup {
  const values = presentValues(results.cells)
  const nameOf = cellNames(results.cells)
  const currency = currencyOf(results.cells)
  return html`<section id="cost">
    <h2>Cost</h2>
    <p>
      Each item is its quantity over the time simulated times its price, scaled to a year. The penalty is, for each
      hazard, its rate times the mean penalty of its drills. The cost of losing a service for good is unknown and not
      included.
    </p>
    ${
      values.length === 0
        ? undefined
        : html`<ul>
            ${values.map((sentence) => html`<li>${sentence}</li> `)}
          </ul>`
    }
    ${table({
      caption: 'Items of cost with the inputs of their formulas',
      heads: [cellHeading(results.cells), 'Category', 'Item', 'Quantity', 'Unit', 'Price of a unit', 'Cost a year'],
      words: [1, 2, 4],
      rows: results.cells.flatMap((cell) => [
        ...results.costs
          .filter((row) => row.strategy === cell.strategy && row.topology === cell.topology)
          .map(({ category, item, quantity, unit, usdPerUnit, usdPerYear }) => [
            nameOf(cell),
            category,
            item,
            significant(quantity, 4),
            unit,
            `${signOf(currency)}${significant(usdPerUnit / currency.usd, usdPerYear < LEAST_USD ? 2 : 4)}`,
            usdPerYear > 0 && usdPerYear < LEAST_USD ? `< ${money(LEAST_USD, currency)}` : money(usdPerYear, currency),
          ]),
        ...cell.hazards.map((row) => [
          nameOf(cell),
          'penalty',
          `${row.hazard} → ${row.service}`,
          significant(row.rate_perYear, 3),
          'incidents a year',
          money(row.meanPenalty_usd, currency),
          money(row.rate_perYear * row.meanPenalty_usd, currency),
        ]),
      ]),
    })}
  </section>`
}
