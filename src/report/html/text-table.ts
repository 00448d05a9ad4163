import type { TextTable } from '../text/plain-table.ts'
import { isAcross } from '../text/plain-table.ts'
import { html, trusted } from './markup.ts'
import { scrollingTable } from './table.ts'
import type { Markup } from './markup.ts'

/** A table of the terminal as a table of a page: what stands across all columns there heads its own rows here. */
export function textTable({ title, headings, rows }: TextTable): Markup {
  const heads = headings.map((head) => head.replaceAll('.\n', '.').replaceAll('\n', ' ').replace(' /', '/').trim())
  const label = title ?? heads[0] ?? ''
  const caption = html`<span${title === undefined ? trusted(' class="unseen"') : undefined}>${label}</span>`
  const body = rows.map(
    (row) =>
      html`<tr>
        ${
          isAcross(row)
            ? html`<th scope="rowgroup" colspan="${headings.length}" class="words across">${row[0]?.trim() ?? ''}</th>`
            : row.map((text, column) => cell(text.trim(), column))
        }
      </tr>`,
  )
  return scrollingTable({ label, caption, heads, kind, body })
}

function cell(text: string, column: number): Markup {
  return column === 0
    ? html`<th scope="row" class="${kind(column)}">${text}</th>`
    : html`<td class="${kind(column)}">${text}</td>`
}

function kind(column: number): string {
  return column === 0 ? 'words' : 'figures'
}
