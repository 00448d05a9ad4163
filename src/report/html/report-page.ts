import { createHash } from 'node:crypto'
import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../../experiment/results.ts'
import { hazardNames } from '../charts/drawing/cells.ts'
import { markLabels } from '../charts/index.ts'
import { duration, instant } from '../text/human.ts'
import { assumptionsSection } from './assumptions-section.ts'
import { costSection } from './cost-section.ts'
import { figuresSection } from './figures-section.ts'
import { inlineChart, titleOf } from './inline-chart.ts'
import { html, trusted } from './markup.ts'
import type { Markup } from './markup.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { scenarioSection } from './scenario-section.ts'
import { STYLE } from './style.ts'
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

// Their hashes are in the policy: not a space may come between the tags and what they hold.
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`)
const SCRIPT_ELEMENT = trusted(`<script>${PAGE_SCRIPT}</script>`)

/**
 * The report as one HTML document that asks for nothing: no script, font or image from elsewhere, and a content security policy
 * that would refuse them. The verdict comes first. Its own script only adds to it: it can be read and printed without.
 */
export function reportHtml({ results, charts, scenarioText, manifest }: ReportInput): string {
  const { scenario } = results
  const verdict = verdictOf(results)
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    `style-src '${hashOf(STYLE)}'`,
    "img-src data:; base-uri 'none'; form-action 'none'",
  ].join('; ')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${scenario.name}: backup rehearsal</title>
        ${STYLE_ELEMENT}
      </head>
      <body
        data-strategies="${results.cells.map(({ strategy }) => strategy).join('\n')}"
        data-topologies="${results.cells.map(({ topology }) => topology).join('\n')}"
        data-hazards="${hazardNames(results).join('\n')}"
      >
        <header>
          <h1>${scenario.name}</h1>
          <p class="about">${aboutRun(results)}</p>
          ${contents(charts, results)}
        </header>
        <main>
          ${verdictSection(results, verdict)} ${warningsSection(results)} ${chartsSection(charts, results)}
          ${figuresSection(results)} ${costSection(results)} ${assumptionsSection(results)}
          ${scenarioSection(results, scenarioText, manifest)}
        </main>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `
  return page.markup
}

/** Table of contents: the page is long. */
function contents(charts: readonly DrawnChart[], { warnings }: Results): Markup {
  return html`<nav aria-label="Contents">
    <p>
      ${link('verdict', 'Verdict')} ${warnings.length === 0 ? undefined : link('warnings', 'Warnings')}
      ${link('figures', 'Figures')} ${link('cost', 'Cost')} ${link('assumptions', 'Assumptions')}
      ${link('scenario', 'Scenario')}
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

function warningsSection({ warnings }: Results): Markup | undefined {
  if (warnings.length === 0) return undefined
  return html`<section id="warnings">
    <h2>Warnings</h2>
    <ul>
      ${warnings.map((warning) => html`<li>${warning}</li> `)}
    </ul>
  </section>`
}

function chartsSection(charts: readonly DrawnChart[], results: Results): Markup {
  const labels = markLabels(results)
  return html`<section id="charts">
    <h2>Charts</h2>
    ${charts.map((chart) => inlineChart(chart, labels))}
  </section>`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
