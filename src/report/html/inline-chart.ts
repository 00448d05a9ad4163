import type { TopLevelSpec } from 'vega-lite'
import type { MarkLabels } from '../charts/index.ts'
import { COLOURS } from './dark.ts'
import { html, trusted } from './markup.ts'
import type { Markup } from './markup.ts'

/** A chart as a figure of the page: heading, drawing, words for those who do not see it, caption. */
export function inlineChart(
  { name, spec, svg }: { name: string; spec: TopLevelSpec; svg: string },
  labels: MarkLabels = { cells: [], hazards: [] },
): Markup {
  const { heading, caption } = titleOf(spec)
  return html`<figure id="chart-${name}">
    <h3 id="${name}-title">${heading}</h3>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="${name}-title">
      ${trusted(marked(embed(svg, name), labels))}
    </div>
    <p class="unseen" id="${name}-words">${spec.description ?? ''}</p>
    <figcaption>${caption}</figcaption>
  </figure> `
}

/** Heading and caption of a chart, from its title. */
export function titleOf(spec: TopLevelSpec): { heading: string; caption: string } {
  const { title } = spec
  if (typeof title !== 'object' || Array.isArray(title) || !('text' in title)) return { heading: '', caption: '' }
  return { heading: joined(title.text), caption: joined(title.subtitle) }
}

/** The specification without its title, for where heading and caption are text of the page. */
export function untitled(spec: TopLevelSpec): TopLevelSpec {
  const { title: _, ...rest } = spec
  return rest
}

function joined(text: unknown): string {
  return Array.isArray(text) ? text.join(' ') : typeof text === 'string' ? text : ''
}

/** Makes a drawing part of the page: on its paper, named, with its colours, with identifiers that are unique on the page. */
function embed(svg: string, name: string): string {
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/(<svg[^>]*>)<rect [^>]*\/>/, '$1')
    .replace('<svg', `<svg role="img" aria-labelledby="${name}-title" aria-describedby="${name}-words"`)
    .replace(/(id="|url\(#|href="#)(?=[a-z]+\d)/g, `$1${name}-`)
    .replace(/(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute: string, colour: string) => {
      const variable = COLOURS.get(colour)?.variable
      return variable === undefined ? whole : `${attribute}="var(${variable})"`
    })
}

/**
 * Marks that say what they stand for keep that as `data-tip`, with the cell and hazard that it begins with; every other
 * remark of the renderer on roles goes, as the drawing has one description.
 */
function marked(svg: string, { cells, hazards }: MarkLabels): string {
  return svg.replace(
    / (?:aria-label="([^"]*)"|aria-roledescription="[^"]*"|role="graphics-[^"]*")/g,
    (_, label?: string) => {
      if (label === undefined) return ''
      const text = unescaped(label)
      const cell = longestAt(text, cells, 0)
      if (cell === -1) return ''
      const after = `${cells[cell] ?? ''} after `
      const labels = hazards.map(({ label: name }) => name)
      const hazard = text.startsWith(after) ? hazards[longestAt(text, labels, after.length)]?.hazard : undefined
      return (
        html` data-tip="${text}" data-cell="${cell}"`.markup + (hazard === undefined ? '' : ` data-hazard="${hazard}"`)
      )
    },
  )
}

/** Which of the names the text has at that place; of several the longest; −1 for none. */
function longestAt(text: string, names: readonly string[], at: number): number {
  let best = -1
  for (const [index, name] of names.entries()) {
    if (text.startsWith(name, at) && name.length > (names[best]?.length ?? 0)) best = index
  }
  return best
}

const CHARACTERS: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity] ?? entity)
}
