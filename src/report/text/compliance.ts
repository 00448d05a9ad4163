import type { Cell } from '../../experiment/results.ts'
import { cellNames } from './cell-names.ts'
import { percent } from './human.ts'
import { isMet } from './words.ts'

/** For how much of the time each rule was met, at most 80 columns wide; undefined without rules. */
export function complianceLines(
  cells: readonly Cell[],
  mark: (text: string, met: boolean) => string,
): string | undefined {
  const nameOf = cellNames(cells)
  const lines = cells.flatMap((cell) =>
    cell.compliance.map(({ rule, dataset, met, share }) => {
      const holds = isMet({ met, share })
      const name = `${holds ? '✔' : '✘'} ${rule} of ${dataset}, ${nameOf(cell)}`
      const shown = percent(met).padStart(8)
      const text = name.length <= NAME_WIDTH ? name.padEnd(NAME_WIDTH) : `${name}\n${' '.repeat(NAME_WIDTH)}`
      return `${text}${mark(shown, holds)}, ${percent(share)} asked`
    }),
  )
  return lines.length === 0
    ? undefined
    : ['compliance: share of the time in which each rule is met', ...lines].join('\n')
}

const NAME_WIDTH = 56
