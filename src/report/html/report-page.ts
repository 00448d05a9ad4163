import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { hazardNames } from '../charts/drawing/cells.ts'
import { markLabels } from '../charts/index.ts'
import { duration, instant } from '../text/human.ts'
import { assumptionsSection } from './assumptions-section.ts'
import { costSection } from './cost-section.ts'
import { figuresSection } from './figures-section.ts'
import { inlineChart, titleOf } from './inline-chart.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { pageHtml } from './page.ts'
import { warningsSection, weakSpotsSection } from './remarks.ts'
import { scenarioSection } from './scenario-section.ts'
import { verdictSection } from './verdict-section.ts'
import type { Manifest } from '../manifest.ts'
import { verdictOf } from '../text/verdict.ts'
import { experimentOf } from '../text/words.ts'

/** A chart drawn for the page: its specification, for the words, and its SVG without title. */
export interface DrawnChart {
  readonly name: string
  readonly spec: TopLevelSpec
  readonly svg: string
}

export interface ReportInput {
  readonly results: Results
  readonly charts: readonly DrawnChart[]
  readonly scenarioText: string
  readonly manifest: Pick<Manifest, 'created' | 'versions'>
}

/**
 * The report of a run. The verdict comes first. The page's own script only adds to it: it can be read and printed without.
 */
export function reportHtml({ results, charts, scenarioText, manifest }: ReportInput): string {
  const { scenario, cells } = results
  return pageHtml({
    title: `${scenario.name}: backup rehearsal`,
    choices: { cells, hazards: hazardNames(results) },
    body: html`<header>
        <h1>${scenario.name}</h1>
        <p class="about">${aboutRun(results)}</p>
        ${contents(charts, results)}
      </header>
      <main>
        ${verdictSection(results, verdictOf(results))} ${weakSpotsSection(results)} ${warningsSection(results)}
        ${chartsSection(charts, results)} ${figuresSection(results)} ${costSection(results)}
        ${assumptionsSection(results)} ${scenarioSection(results, scenarioText, manifest)}
      </main>`,
  })
}

/** Table of contents: the page is long. */
function contents(charts: readonly DrawnChart[], { warnings, weakSpots }: Results): Markup {
  return html`<nav aria-label="Contents">
    <p>
      ${link('verdict', 'Verdict')} ${weakSpots.length === 0 ? undefined : link('weak-spots', 'Weak spots')}
      ${warnings.length === 0 ? undefined : link('warnings', 'Warnings')} ${link('figures', 'Figures')}
      ${link('cost', 'Cost')} ${link('assumptions', 'Assumptions')} ${link('scenario', 'Scenario')}
    </p>
    <details>
      <summary>${charts.length} charts</summary>
      <ul>
        ${charts.map(({ name, spec }) => html`<li>${link(`chart-${name}`, titleOf(spec).heading)}</li> `)}
      </ul>
    </details>
  </nav>`
}

function link(to: string, text: string): Markup {
  return html`<a href="#${to}">${text}</a> `
}

function aboutRun(results: Results): string {
  const { scenario } = results
  const from = instant(scenario.start)
  const to = instant(scenario.start + scenario.horizon_s)
  return `${experimentOf(results)}; ${duration(scenario.horizon_s)} simulated, ${from} to ${to} UTC.`
}

function chartsSection(charts: readonly DrawnChart[], results: Results): Markup {
  const labels = markLabels(results)
  return html`<section id="charts">
    <h2>Charts</h2>
    ${charts.map((chart) => inlineChart(chart, labels))}
  </section>`
}
