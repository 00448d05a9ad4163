import type { Study } from '../studies/study.ts'
import { inlineChart } from './inline-chart.ts'
import { html } from './markup.ts'
import { pageHtml } from './page.ts'
import type { DrawnChart } from './report-page.ts'
import { textTable } from './text-table.ts'

/** What a command other than `run` found, as a page: the answer first, then charts, then the tables of the terminal. */
export function studyHtml({ title, about, findings, tables, notes }: Study, charts: readonly DrawnChart[]): string {
  const [headline = '', ...others] = findings
  return pageHtml({
    title,
    body: html`<header>
        <h1>${title}</h1>
        <p class="about">${about}</p>
      </header>
      <main>
        <section id="answer">
          <h2>Answer</h2>
          <p class="headline">${headline}</p>
          ${
            others.length === 0
              ? undefined
              : html`<ul class="reasons">
                  ${others.map((finding) => html`<li>${finding}</li> `)}
                </ul>`
          }
        </section>
        ${
          charts.length === 0
            ? undefined
            : html`<section id="charts">
                <h2>Charts</h2>
                ${charts.map((chart) => inlineChart(chart))}
              </section>`
        }
        <section id="figures">
          <h2>Figures</h2>
          ${tables.map(textTable)} ${notes.map((note) => html`<p class="about">${note}</p>`)}
        </section>
      </main>`,
  })
}
