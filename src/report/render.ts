import assert from 'node:assert/strict'
import type { LoggerInterface } from 'vega'
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG } from './charts/drawing/theme.ts'
import { FONT_FILES, readTextWidth } from './font-metrics.ts'

/** Pixels of a PNG for each pixel of its SVG: sharp on paper and on dense screens. */
const PNG_ZOOM = 2
/** Limit of an SVG's width and height. */
const MOST_PIXELS = 20_000

export interface Renderer {
  /** The chart as a standalone SVG document; `described`: each mark says what it stands for, for a page to show. */
  svg(spec: TopLevelSpec, options?: { readonly described?: boolean }): Promise<string>
  /** A chart's SVG as a PNG, with text in DejaVu Sans. */
  png(svg: string): Uint8Array
}

/** Loads Vega, Vega-Lite and resvg, which takes more than a second: only who draws should wait for it. */
export async function loadRenderer(): Promise<Renderer> {
  const [vega, vegaLite, { Resvg }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('@resvg/resvg-js'),
  ])
  measureText(vega)
  const [regular] = FONT_FILES
  if (regular === undefined) throw new Error('no font file')
  return {
    async svg(spec, { described = false } = {}) {
      const compiled = vegaLite.compile(spec, {
        config: { ...CONFIG, aria: described },
        logger: strict(vega.logger(vega.Warn)),
      })
      const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none' })
      try {
        return await view.toSVG()
      } finally {
        view.finalize()
      }
    },
    png(svg) {
      const [, width, height] = /<svg[^>]* width="([^"]+)" height="([^"]+)"/.exec(svg) ?? []
      // resvg ends the whole process when it cannot have the memory: a chart that leaves its frame must not get there.
      assert(Number(width) <= MOST_PIXELS && Number(height) <= MOST_PIXELS, `a chart of ${width} × ${height} pixels`)
      const font = { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: 'DejaVu Sans' }
      return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: PNG_ZOOM } }).render().asPng()
    },
  }
}

/** Without a canvas Vega guesses widths 40 % too great and lays legends and axes out accordingly. */
function measureText(vega: object): void {
  const [regular, bold] = FONT_FILES.map(readTextWidth)
  const width = (item: TextItem, text: string | number | null | undefined): number => {
    if (text === null || text === undefined) return 0
    const heavy = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600
    return (heavy ? bold : regular)?.(String(text), item.fontSize ?? 11) ?? 0
  }
  // Vega's type declarations leave it out.
  const textMetrics: unknown = Reflect.get(vega, 'textMetrics')
  assert(typeof textMetrics === 'object' && textMetrics !== null, 'Vega measures text with textMetrics')
  Object.assign(textMetrics, { width })
}

interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: string | number
}

/** A warning of Vega-Lite means that a chart is not what its author thinks. */
function strict(logger: LoggerInterface): LoggerInterface {
  logger.warn = (...messages: readonly unknown[]) => {
    throw new Error(`Vega-Lite: ${messages.join(' ')}`)
  }
  return logger
}
