import type { AnnualRisk, Cell, Estimate, YearlyHarm } from '../../experiment/results.ts'
import { currencyOf } from './currency.ts'
import { UNKNOWN, shortDuration, shortMoney, significant } from './human.ts'
import type { Currency } from './human.ts'
import { cellNames } from './cell-names.ts'

/**
 * What is to be expected in a year, by drills and by natural runs, below one another; undefined where there were none.
 * At most 80 columns wide.
 */
export function annualRiskLines(cells: readonly Cell[]): string | undefined {
  const lines = [
    `${'expected in a year'.padEnd(20)}${'down'.padStart(16)}${'work lost'.padStart(16)}${'all lost'.padStart(14)}${'penalty'.padStart(14)}`,
    '  with 95 % intervals',
  ]
  const nameOf = cellNames(cells)
  let natural = 0
  for (const cell of cells) {
    for (const risk of cell.risk ?? []) {
      natural += 1
      lines.push(`${risk.hazard} → ${risk.service}, ${nameOf(cell)}`)
      lines.push(...harmLines('  rate × drills', risk.drills, currencyOf([cell])))
      lines.push(...harmLines(`  ${worldsOf(risk)}`, risk.natural, currencyOf([cell])))
    }
  }
  return natural === 0 ? undefined : lines.join('\n')
}

function worldsOf({ natural }: AnnualRisk): string {
  return `${natural.incidents} in ${significant(natural.years, 3)} years`
}

function harmLines(who: string, harm: YearlyHarm, currency: Currency): string[] {
  const columns: readonly (readonly [Estimate, (value: number) => string, number])[] = [
    [harm.downtime_s, brief, 16],
    [harm.workLost_s, brief, 16],
    [harm.losses, (value) => significant(value, 2), 14],
    [harm.penalty_usd, (value) => shortMoney(value, currency), 14],
  ]
  const values = columns.map(([{ value }, write, width]) => write(value).padStart(width)).join('')
  const intervals = columns.map(([{ ci95 }, write, width]) => rangeOf(ci95, write).padStart(width))
  return [`${who.padEnd(20)}${values}`, `${' '.repeat(20)}${intervals.join('')}`]
}

/** '1.2–3.4 h', '45min–1.2h'; of one drill there is none. */
function rangeOf([low, high]: readonly [number, number], write: (value: number) => string): string {
  if (!Number.isFinite(high)) return UNKNOWN
  const [least, most] = [write(Math.max(0, low)), write(high)]
  const [, unit = ''] = /( [a-z]+)$/.exec(most) ?? []
  if (unit !== '' && least.endsWith(unit)) return `${least.slice(0, -unit.length)}–${most}`
  return `${least.replace(' ', '')}–${most.replace(' ', '')}`
}

function brief(seconds: number): string {
  return seconds === 0 ? '0' : shortDuration(seconds)
}
