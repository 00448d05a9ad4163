/** What cells of the notebooks end with: charts and tables, in every form that a reader of notebooks may know. */

import { CHARTS, loadRenderer } from '../src/index.ts'
import type { Results } from '../src/index.ts'

type Specification = NonNullable<ReturnType<(typeof CHARTS)[string]>>

const display = Symbol.for('Jupyter.display')

/** A Vega-Lite chart: live where the reader can, as PNG everywhere else. */
export async function show(spec: Specification) {
  const renderer = await loadRenderer()
  const png = Buffer.from(renderer.png(await renderer.svg(spec))).toString('base64')
  const words = String(spec.description ?? '')
  return {
    [display]: () => ({ 'application/vnd.vegalite.v6+json': spec, 'image/png': png, 'text/plain': words }),
  }
}

/** A chart of a report by its name. */
export function chart(name: string, results: Results) {
  const spec = CHARTS[name]?.(results)
  if (spec === undefined) throw new Error(`there is no chart ${name} of these results`)
  return show(spec)
}

/** A table: figures as given, the first column to the left. */
export function table(heads: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>) {
  const cell = (tag: string, value: string | number, index: number): string =>
    `<${tag} style="text-align:${index === 0 ? 'left' : 'right'}">${escape(String(value))}</${tag}>`
  const line = (tag: string, values: ReadonlyArray<string | number>): string =>
    `<tr>${values.map((value, index) => cell(tag, value, index)).join('')}</tr>`
  const html = `<table><thead>${line('th', heads)}</thead><tbody>${rows.map((row) => line('td', row)).join('')}</tbody></table>`
  const words = [heads, ...rows].map((row) => row.join('  ')).join('\n')
  return { [display]: () => ({ 'text/html': html, 'text/plain': words }) }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
