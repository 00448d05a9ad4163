import type { Results } from '../../experiment/results.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import type { CellName } from '../text/cell-names.ts'
import { currencyOf } from '../text/currency.ts'
import { count, money } from '../text/human.ts'
import type { CellVerdict, Verdict } from '../text/verdict.ts'
import { failures, headline, objectivesOf, support } from '../text/words.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** The answer first: what meets the objectives, at what cost, by what margin and how surely. */
export function verdictSection(results: Results, verdict: Verdict): Markup {
  const nameOf = cellNames(results.cells)
  const hazards = results.cells[0]?.hazards ?? []
  return html`<section id="verdict">
    <h2>Verdict</h2>
    <p class="headline">${headline(verdict)}</p>
    ${table({
      caption: 'Drills that met the objective of recovery point (RPO) and of recovery time (RTO), and cost a year',
      heads: [
        cellHeading(results.cells),
        ...hazards.map((row) => html`${row.hazard} → ${row.service}<br /><small>${objectivesOf(row)}</small>`),
        'Cost a year',
        'of which outlay',
      ],
      words: hazards.map((_, index) => index + 1),
      rows: verdict.cells.map(({ cell }) => [
        nameOf(cell),
        ...cell.hazards.map(
          (row) =>
            html`${met('RPO', row.rpoMet, row.n, row.objectives.rpo_s)}<br />${met('RTO', row.rtoMet, row.n, row.objectives.rto_s)}${
                row.lost > 0 ? html`<br /><span class="bad">✘ ${row.lost} lost entirely</span>` : undefined
              }`,
        ),
        money(cell.cost.total_usdPerYear, currencyOf([cell])),
        money(cell.cost.outlay_usdPerYear, currencyOf([cell])),
      ]),
    })}
    <ul class="reasons">
      ${verdict.cells.map((each) => reason(each, nameOf))}
    </ul>
  </section>`
}

function met(measure: string, { share }: { share: number }, n: number, objective_s: number): Markup {
  if (!Number.isFinite(objective_s)) return html`<span class="about">${measure}: no objective</span>`
  const all = share === 1
  const text = `${all ? '✔' : '✘'} ${measure} ${count(Math.round(share * n))} of ${count(n)}`
  return html`<span class="${all ? 'good' : 'bad'}">${text}</span>`
}

function reason(verdict: CellVerdict, nameOf: CellName): Markup {
  return verdict.met
    ? html`<li><span class="good">✔ ${nameOf(verdict.cell)}</span>: ${support(verdict)}</li> `
    : html`<li><span class="bad">✘ ${nameOf(verdict.cell)}</span>: ${failures(verdict, 4)}</li> `
}
