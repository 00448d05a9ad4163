import { createHash } from 'node:crypto'
import { digestOf } from '../../experiment/digest.ts'
import { firedrillVersion } from '../../experiment/version.ts'
import type { StudiedScenario, Study, StudyBasis } from '../studies/study.ts'
import { assumptionsSection } from './assumptions-section.ts'
import { inlineChart } from './inline-chart.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { pageHtml } from './page.ts'
import { warningsSection, weakSpotsSection } from './remarks.ts'
import { repeatSection } from './repeat-section.ts'
import type { DrawnChart } from './report-page.ts'
import { textTable } from './text-table.ts'

/**
 * What a command other than `run` found, as a page: the answer first, then charts, then the tables of the terminal,
 * then what all of it rests on.
 */
export function studyHtml(study: Study, basis: StudyBasis, charts: readonly DrawnChart[]): string {
  const { title, about, findings, tables, notes } = study
  const { scenarios } = basis
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
        ${weakSpotsSection({ weakSpots: ofAll(scenarios, 'weakSpots') })}
        ${warningsSection({ warnings: ofAll(scenarios, 'warnings') })}
        ${assumptionsSection({ assumptions: ofAll(scenarios, 'assumptions') })} ${howToRepeat(study, basis)}
      </main>`,
  })
}

/** What the scenarios say, each thing once. */
function ofAll<Key extends 'assumptions' | 'warnings' | 'weakSpots'>(
  scenarios: readonly StudiedScenario[],
  key: Key,
): StudiedScenario[Key][number][] {
  const all = scenarios.flatMap((scenario): readonly StudiedScenario[Key][number][] => scenario[key])
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

function howToRepeat({ tables }: Study, { command, scenarios }: StudyBasis): Markup {
  return repeatSection({
    heading:
      scenarios.length === 1 ? 'Scenario and how to get the same results' : 'Scenarios and how to get the same results',
    rule: 'The same command with the same files and version of firedrill gives the same figures, and so the same digest.',
    facts: [
      ['Command', command],
      ['Seed', [...new Set(scenarios.map(({ seed }) => seed))].join(', ')],
      ['Digest of the figures', digestOf(tables)],
      ...scenarios.map(
        ({ path, text }) =>
          ['Scenario', `${path}, SHA-256 ${createHash('sha256').update(text).digest('hex')}`] as const,
      ),
      ['firedrill', firedrillVersion()],
      ['Created', new Date().toISOString()],
    ],
    files: scenarios.map(({ path, text }) => ({ name: path, text })),
  })
}
