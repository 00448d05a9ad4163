import type { Results } from '../../experiment/results.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** What the results rest on, with source, mark and date. */
export function assumptionsSection({ assumptions }: Pick<Results, 'assumptions'>): Markup {
  // Eight nodes of one kind are one row.
  const alike = Map.groupBy(assumptions, ({ value, source, mark, date }) => JSON.stringify([value, source, mark, date]))
  const rows = [...alike.values()].map((group) => {
    const { value, source, mark, date } = group[0]!
    return [group.map(({ subject }) => subject).join(', '), value, source, mark, date]
  })
  return html`<section id="assumptions">
    <h2>Assumptions</h2>
    <p>
      Marks say how each value is known: <em>source</em>, read in the source itself; <em>excerpt</em>, seen in part;
      <em>second-hand</em>, as others quote it; <em>scenario</em>, set in the scenario.
    </p>
    ${table({
      caption: 'Prices, rates and other figures that the results rest on',
      heads: ['Subject', 'Value', 'Source', 'Mark', 'Date'],
      words: [1, 2, 3, 4],
      rows,
    })}
  </section>`
}
