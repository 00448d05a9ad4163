import type { Results } from '../../experiment/results.ts'
import type { Manifest } from '../manifest.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'

/** The scenario itself, and what else is needed to get the same results. */
export function scenarioSection(
  results: Results,
  scenarioText: string,
  { created, versions }: Pick<Manifest, 'created' | 'versions'>,
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
