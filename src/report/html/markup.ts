/** A piece of HTML that is safe to insert as it is. */
export interface Markup {
  readonly markup: string
}

type Insertion = string | number | Markup | readonly Markup[] | undefined

/** Escapes everything that is inserted, except what is markup already: html`<td>${name}</td>`. Undefined inserts nothing. */
export function html(strings: TemplateStringsArray, ...insertions: readonly Insertion[]): Markup {
  let markup = strings[0] ?? ''
  for (const [index, insertion] of insertions.entries()) markup += inserted(insertion) + (strings[index + 1] ?? '')
  return { markup }
}

/** Markup from elsewhere: the SVG of our own renderer, the style sheet. Never text of a user. */
export function trusted(markup: string): Markup {
  return { markup }
}

function inserted(insertion: Insertion): string {
  if (insertion === undefined) return ''
  if (typeof insertion === 'string') return escape(insertion)
  if (typeof insertion === 'number') return String(insertion)
  return 'markup' in insertion ? insertion.markup : insertion.map((each) => each.markup).join('')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
