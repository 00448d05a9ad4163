import type { CalendarSpan } from './calendar.ts'

/** The span that '1y5m7d2h' is, as restic writes it; undefined for what is none. */
export function spanOf(text: string): CalendarSpan | undefined {
  if (!/^(?:\d+[ymdh])+$/.test(text)) return undefined
  const count = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0)
  return { years: count('y'), months: count('m'), days: count('d'), hours: count('h') }
}

/** Whether a rule that takes a span can keep by this text: it is one, and not of nothing. */
export function isSpan(text: string): boolean {
  const parsed = spanOf(text)
  return parsed !== undefined && textOfSpan(parsed) !== ''
}

/** The same as text again, without what is nothing: '' for no time at all. */
export function textOfSpan({ years, months, days, hours }: CalendarSpan): string {
  const counts = { y: years, m: months, d: days, h: hours }
  return Object.entries(counts)
    .map(([unit, count]) => (count === 0 ? '' : `${count}${unit}`))
    .join('')
}
