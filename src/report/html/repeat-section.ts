import { html } from './markup.ts'
import type { Markup } from './markup.ts'

export interface RepeatInput {
  readonly heading: string
  /** What has to be the same for the results to be the same, in a sentence. */
  readonly rule: string
  readonly facts: ReadonlyArray<readonly [name: string, value: string]>
  /** Scenario files with their text. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

/** The scenario itself, and what else is needed to get the same results. */
export function repeatSection({ heading, rule, facts, files }: RepeatInput): Markup {
  return html`<section id="scenario">
    <h2>${heading}</h2>
    <p>${rule}</p>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd> `,
      )}
    </dl>
    ${files.map(
      ({ name, text }) =>
        html`<h3>${name}</h3>
          <pre tabindex="0"><code>${text}</code></pre> `,
    )}
  </section>`
}
