import type { Results } from '../../experiment/results.ts'
import { WEAK_SPOTS } from '../text/words.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'

/** What is wrong with the plans by themselves; nothing where they are sound. */
export function weakSpotsSection({ weakSpots }: Pick<Results, 'weakSpots'>): Markup | undefined {
  return remarks('weak-spots', WEAK_SPOTS, weakSpots)
}

/** What to keep in mind when reading the results; nothing where there is nothing. */
export function warningsSection({ warnings }: Pick<Results, 'warnings'>): Markup | undefined {
  return remarks('warnings', 'Warnings', warnings)
}

function remarks(id: string, heading: string, texts: readonly string[]): Markup | undefined {
  if (texts.length === 0) return undefined
  return html`<section id="${id}">
    <h2>${heading}</h2>
    <ul class="reasons">
      ${texts.map((text) => html`<li>${text}</li> `)}
    </ul>
  </section>`
}
