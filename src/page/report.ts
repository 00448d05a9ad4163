import type { Results } from '../experiment/results.ts'
import { CHARTS, markLabels } from '../report/charts/index.ts'
import { assumptionsSection } from '../report/html/assumptions-section.ts'
import { costSection } from '../report/html/cost-section.ts'
import { figuresSection } from '../report/html/figures-section.ts'
import { inlineChart, untitled } from '../report/html/inline-chart.ts'
import { html } from '../report/html/markup.ts'
import type { Markup } from '../report/html/markup.ts'
import { warningsSection, weakSpotsSection } from '../report/html/remarks.ts'
import { verdictSection } from '../report/html/verdict-section.ts'
import { verdictOf } from '../report/text/verdict.ts'
import { draw } from './draw.ts'

/** The parts of report.html, drawn in the browser. */
export async function reportOf(results: Results): Promise<Markup> {
  const labels = markLabels(results)
  const charts: Markup[] = []
  for (const [name, chart] of Object.entries(CHARTS)) {
    const spec = chart(results)
    if (spec !== undefined) charts.push(inlineChart({ name, spec, svg: await draw(untitled(spec)) }, labels))
  }
  return html`${verdictSection(results, verdictOf(results))}
    <p class="about">Digest of the results: <code id="digest">${results.digest}</code></p>
    ${weakSpotsSection(results)} ${warningsSection(results)}
    <section id="charts">
      <h2>Charts</h2>
      ${charts}
    </section>
    ${figuresSection(results)} ${costSection(results)} ${assumptionsSection(results)}`
}
