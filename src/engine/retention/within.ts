import type { CalendarSpan } from './calendar.ts'

/** Parses a span as restic writes it, '1y5m7d2h'; undefined for any other text. */
export function spanOf(text: string): CalendarSpan | undefined {
  if (!/^(?:\d+[ymdh])+$/.test(text)) return undefined
  const count = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0)
  return { years: count('y'), months: count('m'), days: count('d'), hours: count('h') }
}

/** Whether a text is a span that a rule can use: valid and not empty. */
export function isSpan(text: string): boolean {
  const parsed = spanOf(text)
  return parsed !== undefined && textOfSpan(parsed) !== ''
}

/** Writes a span as text, without units that are zero: '' for no time at all. */
export function textOfSpan({ years, months, days, hours }: CalendarSpan): string {
  const counts = { y: years, m: months, d: days, h: hours }
  return Object.entries(counts)
    .map(([unit, count]) => (count === 0 ? '' : `${count}${unit}`))
    .join('')
}
