import { createHash } from 'node:crypto'
import type { Named } from '../text/cell-names.ts'
import { html, trusted } from './markup.ts'
import type { Markup } from './markup.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { STYLE } from './style.ts'

export interface PageInput {
  readonly title: string
  /** What the reader may choose to see: strategies, topologies, hazards; nothing by default. */
  readonly choices?: { readonly cells: readonly Named[]; readonly hazards: readonly string[] }
  readonly body: Markup
}

// Their hashes are in the policy: not a space may come between the tags and what they hold.
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`)
const SCRIPT_ELEMENT = trusted(`<script>${PAGE_SCRIPT}</script>`)

/**
 * An HTML document that asks for nothing: no script, font or image from elsewhere, and a content security policy that would
 * refuse them.
 */
export function pageHtml({ title, choices = { cells: [], hazards: [] }, body }: PageInput): string {
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
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body
        data-strategies="${choices.cells.map(({ strategy }) => strategy).join('\n')}"
        data-topologies="${choices.cells.map(({ topology }) => topology).join('\n')}"
        data-hazards="${choices.hazards.join('\n')}"
      >
        ${body} ${SCRIPT_ELEMENT}
      </body>
    </html> `
  return page.markup
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
