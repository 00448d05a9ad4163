import { html } from './markup.ts'
import type { Markup } from './markup.ts'

export interface TableInput {
  readonly caption: string
  readonly heads: ReadonlyArray<string | Markup>
  readonly rows: ReadonlyArray<ReadonlyArray<string | number | Markup>>
  /** Columns of words, which begin at the left; all others are of figures, which end at the right. The first is of words. */
  readonly words?: readonly number[]
}

/** A table that scrolls sideways by itself where the page is narrow; the first column names the row. */
export function table({ caption, heads, rows, words = [] }: TableInput): Markup {
  const kind = (column: number): string => (column === 0 || words.includes(column) ? 'words' : 'figures')
  const body = rows.map(
    ([name = '', ...values]) =>
      html`<tr>
        <th scope="row" class="words">${name}</th>
        ${values.map((value, column) => html`<td class="${kind(column + 1)}">${value}</td>`)}
      </tr>`,
  )
  return scrollingTable({ label: caption, caption: html`<span>${caption}</span>`, heads, kind, body })
}

/** What all tables of a page have around their rows. */
export function scrollingTable(parts: {
  /** Names the region for those who cannot see it. */
  readonly label: string
  readonly caption: Markup
  readonly heads: ReadonlyArray<string | Markup>
  readonly kind: (column: number) => string
  readonly body: readonly Markup[]
}): Markup {
  const { label, caption, heads, kind, body } = parts
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head, column) => html`<th scope="col" class="${kind(column)}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`
}
