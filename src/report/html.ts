import { createHash } from 'node:crypto'
import type { TopLevelSpec } from 'vega-lite'
import type { Results } from '../experiment/results.ts'
import {
  bitRate,
  bytes,
  count,
  duration,
  instant,
  money,
  percent,
  percentRange,
  shortDuration,
  significant,
} from './human.ts'
import { inlineChart } from './inline-chart.ts'
import { utilisation } from './link-use.ts'
import type { Manifest } from './manifest.ts'
import { html, trusted } from './markup.ts'
import type { Markup } from './markup.ts'
import { STYLE } from './style.ts'
import { verdictOf } from './verdict.ts'
import type { CellVerdict, Verdict } from './verdict.ts'
import { cellName, failures, headline, objectivesOf, support } from './words.ts'

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
 * The report as one HTML document that asks for nothing: no script, no font, no image from elsewhere, and a content security
 * policy that would refuse them. The verdict comes first.
 */
export function reportHtml({ results, charts, scenarioText, manifest }: ReportInput): string {
  const { scenario } = results
  const verdict = verdictOf(results)
  const style = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${scenario.name}: backup rehearsal</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${scenario.name}</h1>
          <p class="about">${aboutRun(results)}</p>
        </header>
        <main>
          ${verdictSection(results, verdict)} ${warningsSection(results)} ${chartsSection(charts)}
          ${figuresSection(results)} ${costSection(results)} ${assumptionsSection(results)}
          ${reproduceSection(results, scenarioText, manifest)}
        </main>
      </body>
    </html> `
  return page.markup
}

function aboutRun({ scenario, cells, replications }: Results): string {
  const from = instant(scenario.start)
  const to = instant(scenario.start + scenario.horizon_s)
  return `${count(replications)} drills of each hazard in each of ${cells.length} combinations of strategy and topology; ${duration(scenario.horizon_s)} simulated, ${from} to ${to} UTC.`
}

function verdictSection(results: Results, verdict: Verdict): Markup {
  const hazards = results.cells[0]?.hazards ?? []
  return html`<section id="verdict">
    <h2>Verdict</h2>
    <p class="headline">${headline(verdict)}</p>
    ${table({
      caption: 'Drills that met the objective of recovery point (RPO) and of recovery time (RTO), and cost a year',
      heads: [
        'Strategy on topology',
        ...hazards.map((row) => html`${row.hazard} → ${row.service}<br /><small>${objectivesOf(row)}</small>`),
        'Cost a year',
        'of it outlay',
      ],
      rows: verdict.cells.map(({ cell }) => [
        html`${cellName(cell)}`,
        ...cell.hazards.map(
          (row) =>
            html`${met('RPO', row.rpoMet, row.n, row.objectives.rpo_s)}<br />${met('RTO', row.rtoMet, row.n, row.objectives.rto_s)}${
                row.lost > 0 ? html`<br /><span class="bad">✘ ${row.lost} lost entirely</span>` : undefined
              }`,
        ),
        html`${money(cell.cost.total_usdPerYear)}`,
        html`${money(cell.cost.outlay_usdPerYear)}`,
      ]),
    })}
    <ul class="reasons">
      ${verdict.cells.map(reason)}
    </ul>
  </section>`
}

function met(measure: string, { share }: { share: number }, n: number, objective_s: number): Markup {
  if (!Number.isFinite(objective_s)) return html`<span class="about">${measure}: no objective</span>`
  const all = share === 1
  const text = `${all ? '✔' : '✘'} ${measure} ${count(Math.round(share * n))} of ${count(n)}`
  return html`<span class="${all ? 'good' : 'bad'}">${text}</span>`
}

function reason(verdict: CellVerdict): Markup {
  return verdict.met
    ? html`<li><span class="good">✔ ${cellName(verdict.cell)}</span>: ${support(verdict)}</li> `
    : html`<li><span class="bad">✘ ${cellName(verdict.cell)}</span>: ${failures(verdict, 4)}</li> `
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

function chartsSection(charts: readonly DrawnChart[]): Markup {
  return html`<section id="charts">
    <h2>Charts</h2>
    ${charts.map(inlineChart)}
  </section>`
}

function figuresSection(results: Results): Markup {
  return html`<section id="figures">
    <h2>Figures</h2>
    <h3>Each strategy on each topology, all hazards together</h3>
    ${table({
      caption: 'RPO and RTO of the incidents that were not lost; mean with its 95 % confidence interval',
      heads: [
        'Strategy on topology',
        'n',
        'RPO mean',
        '95 % interval',
        'p50',
        'p95',
        'max',
        'RTO mean',
        '95 % interval',
        'p50',
        'p95',
        'max',
        'Lost entirely',
        'Expected loss',
      ],
      rows: results.cells.map((cell) => [
        html`${cellName(cell)}`,
        html`${count(cell.hazards.reduce((sum, row) => sum + row.n, 0))}`,
        ...[cell.rpo, cell.rto].flatMap((summary) => [
          html`${shortDuration(summary?.mean)}`,
          html`${summary === undefined ? '–' : interval(summary.ci95)}`,
          html`${shortDuration(summary?.p50)}`,
          html`${shortDuration(summary?.p95)}`,
          html`${shortDuration(summary?.max)}`,
        ]),
        html`${percent(cell.loss.probability)} (${percentRange(cell.loss.ci95)})`,
        html`${bytes(cell.loss.expected_bytes)}`,
      ]),
    })}
    <h3>Each hazard</h3>
    ${table({
      caption: 'Shares with their 95 % Wilson intervals',
      heads: [
        'Hazard → service',
        'Strategy on topology',
        'Rate a year',
        'n',
        'Recovered',
        'Degraded',
        'Lost',
        'RPO mean',
        'RPO p95',
        'RPO met',
        'RTO mean',
        'RTO p95',
        'RTO met',
        'Mean penalty',
      ],
      rows: results.cells.flatMap((cell) =>
        cell.hazards.map((row) => [
          html`${row.hazard} → ${row.service}`,
          html`${cellName(cell)}`,
          html`${significant(row.rate_perYear, 3)}`,
          html`${row.n}`,
          html`${row.recovered}`,
          html`${row.degraded}`,
          html`${row.lost}`,
          html`${shortDuration(row.rpo?.mean)}`,
          html`${shortDuration(row.rpo?.p95)}`,
          html`${percent(row.rpoMet.share)} (${percentRange(row.rpoMet.ci95)})`,
          html`${shortDuration(row.rto?.mean)}`,
          html`${shortDuration(row.rto?.p95)}`,
          html`${percent(row.rtoMet.share)} (${percentRange(row.rtoMet.ci95)})`,
          html`${money(row.meanPenalty_usd)}`,
        ]),
      ),
    })}
    <h3>Links</h3>
    ${table({
      caption: 'p95: 95th percentile of five-minute means, as carriers bill; each direction on its own',
      heads: [
        'Link',
        'Strategy on topology',
        'Capacity',
        'Mean',
        'p95',
        'p95 of capacity',
        'Peak',
        'Total',
        'By purpose',
      ],
      rows: results.links.map((row) => [
        html`${row.link}`,
        html`${cellName(row)}`,
        html`${bitRate(row.capacity_bytesPerSecond)}`,
        html`${bitRate(row.mean_bytesPerSecond)}`,
        html`${bitRate(row.p95_bytesPerSecond)}`,
        html`${percent(utilisation(row))}`,
        html`${bitRate(row.peak_bytesPerSecond)}`,
        html`${bytes(row.total_bytes)}`,
        html`${Object.entries(row.byPurpose_bytes)
          .map(([purpose, size]) => `${purpose} ${bytes(size)}`)
          .join(', ')}`,
      ]),
    })}
    <h3>Stores</h3>
    ${table({
      caption: 'Bytes held at the end of the time simulated, and at most',
      heads: ['Store', 'Strategy on topology', 'At the end', 'At most'],
      rows: results.cells.flatMap((cell) =>
        cell.storage.map((row) => [
          html`${row.store}`,
          html`${cellName(cell)}`,
          html`${bytes(row.end_bytes)}`,
          html`${bytes(row.peak_bytes)}`,
        ]),
      ),
    })}
  </section>`
}

function interval([low, high]: readonly [number, number]): string {
  return `${shortDuration(Math.max(0, low))} – ${shortDuration(high)}`
}

function costSection(results: Results): Markup {
  return html`<section id="cost">
    <h2>Cost</h2>
    <p>
      Each item is its quantity over the time simulated times its price, scaled to a year. The penalty is, for each
      hazard, its rate times the mean penalty of its drills; what a service that cannot be restored costs is not known
      and not in it.
    </p>
    ${table({
      caption: 'Items of cost with the inputs of their formulas',
      heads: ['Strategy on topology', 'Category', 'Item', 'Quantity', 'Unit', 'Price of a unit', 'Cost a year'],
      rows: results.cells.flatMap((cell) => [
        ...results.costs
          .filter((row) => row.strategy === cell.strategy && row.topology === cell.topology)
          .map((row) => [
            html`${cellName(cell)}`,
            html`${row.category}`,
            html`${row.item}`,
            html`${significant(row.quantity, 4)}`,
            html`${row.unit}`,
            html`$${significant(row.usdPerUnit, 4)}`,
            html`${money(row.usdPerYear)}`,
          ]),
        ...cell.hazards.map((row) => [
          html`${cellName(cell)}`,
          html`penalty`,
          html`${row.hazard} → ${row.service}`,
          html`${significant(row.rate_perYear, 3)}`,
          html`incidents a year`,
          html`${money(row.meanPenalty_usd)}`,
          html`${money(row.rate_perYear * row.meanPenalty_usd)}`,
        ]),
      ]),
    })}
  </section>`
}

function assumptionsSection({ assumptions }: Results): Markup {
  return html`<section id="assumptions">
    <h2>Assumptions</h2>
    <p>
      Marks: <em>source</em>, read at the source itself; <em>excerpt</em>, seen in part; <em>second-hand</em>, as others
      quote it; <em>scenario</em>, set by the scenario.
    </p>
    ${table({
      caption: 'Prices, rates and other figures that the results rest on',
      heads: ['Subject', 'Value', 'Source', 'Mark', 'Date'],
      rows: assumptions.map((row) =>
        [row.subject, row.value, row.source, row.mark, row.date].map((text) => html`${text}`),
      ),
      text: true,
    })}
  </section>`
}

function reproduceSection(
  results: Results,
  scenarioText: string,
  { created, versions }: ReportInput['manifest'],
): Markup {
  const facts = [
    ['Seed', results.seed],
    ['Digest of the results', results.digest],
    ...Object.entries(versions),
    ['Created', created],
  ] as const
  return html`<section id="scenario">
    <h2>Scenario and how to get the same results</h2>
    <p>The same scenario, seed and version of firedrill give the same digest.</p>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name ?? ''}</dt>
            <dd>${value ?? ''}</dd> `,
      )}
    </dl>
    <h3>Scenario file</h3>
    <pre tabindex="0"><code>${scenarioText}</code></pre>
  </section>`
}

interface TableInput {
  readonly caption: string
  readonly heads: readonly (string | Markup)[]
  readonly rows: readonly (readonly Markup[])[]
  /** Columns of prose rather than of figures. */
  readonly text?: boolean
}

/** A table that scrolls sideways by itself where the page is narrow; the first column names the row. */
function table({ caption, heads, rows, text }: TableInput): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="${text === true ? 'prose' : 'figures'}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...values]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${values.map((value) => html`<td>${value}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}
