import type { Config } from 'vega-lite'

/**
 * Colours of the charts, for white paper. Lines and points: Okabe and Ito (2008), without the yellow that vanishes on
 * white. Stacked areas: Tol's "muted" (2021). Both can be told apart with any colour vision. report.html exchanges them for
 * brighter ones on a dark screen (see dark.ts).
 */
export const INK = '#1f2328'
export const MUTED = '#59636e'
export const GRID = '#e1e5ea'
export const PAPER = '#ffffff'

export const LINE_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7f6a00', '#5e4fa2']
export const AREA_COLOURS = [
  '#332288',
  '#88ccee',
  '#44aa99',
  '#117733',
  '#999933',
  '#ddcc77',
  '#cc6677',
  '#882255',
  '#aa4499',
]
/** What is not a technical quantity but its consequence: penalties. */
export const CONSEQUENCE_COLOUR = '#a9b1bb'

/** DejaVu Sans in the PNG files; Verdana, its cousin of nearly the same widths, where a reader has no DejaVu. */
const FONT = 'DejaVu Sans, Verdana, sans-serif'

/** How wide a chart's plotting area is, in pixels. */
export const PLOT_WIDTH = 560
/** Height of one row of a chart with a row a cell. */
export const ROW_HEIGHT = 22

export const CONFIG = {
  // Marks are described by the chart's own text, not one by one.
  aria: false,
  background: PAPER,
  font: FONT,
  padding: 12,
  axis: {
    labelColor: MUTED,
    titleColor: INK,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    gridColor: GRID,
    domainColor: MUTED,
    tickColor: MUTED,
    labelLimit: 400,
    titleLimit: 600,
  },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  header: {
    labelColor: INK,
    labelFontSize: 11,
    labelFontWeight: 'bold',
    titleColor: INK,
    labelLimit: 600,
    titleLimit: 600,
  },
  legend: {
    symbolBaseStrokeColor: MUTED,
    labelColor: INK,
    titleColor: MUTED,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelLimit: 300,
  },
  title: {
    color: INK,
    fontSize: 15,
    subtitleColor: MUTED,
    subtitleFontSize: 11,
    anchor: 'start',
    offset: 14,
    subtitlePadding: 5,
  },
  view: { stroke: null },
  text: { color: INK, fontSize: 11 },
  rule: { color: INK },
  line: { strokeWidth: 2 },
  range: { category: LINE_COLOURS },
} satisfies Config
