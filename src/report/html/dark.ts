import { AREA_COLOURS, CONSEQUENCE_COLOUR, GRID, INK, LINE_COLOURS, MUTED, PAPER } from '../charts/drawing/theme.ts'

/** Each colour of the charts, the CSS variable that stands for it in the page, and what it becomes on a dark screen. */
export const COLOURS: ReadonlyMap<string, { readonly variable: string; readonly dark: string }> = new Map(
  [
    [INK, '--ink', '#e6edf3'],
    [MUTED, '--muted', '#9da7b3'],
    [GRID, '--grid', '#2b323b'],
    [PAPER, '--paper', '#14181d'],
    [CONSEQUENCE_COLOUR, '--consequence', '#6b7683'],
    ...pairs(LINE_COLOURS, 'line', [
      '#4aa8e8',
      '#ff8a3d',
      '#2fc79a',
      '#e6a3c8',
      '#8fd0f5',
      '#f2b84b',
      '#c8ae2e',
      '#a99be0',
    ]),
    ...pairs(AREA_COLOURS, 'area', [
      '#7d73d6',
      '#88ccee',
      '#44aa99',
      '#2f9e57',
      '#a8a83e',
      '#ddcc77',
      '#d9818b',
      '#b8507f',
      '#c06bc0',
    ]),
  ].map(([light = '', variable = '', dark = '']) => [light, { variable, dark }]),
)

function pairs(light: readonly string[], name: string, dark: readonly string[]): string[][] {
  return light.map((colour, index) => [colour, `--${name}-${index}`, dark[index] ?? colour])
}
