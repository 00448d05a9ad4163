import { z } from 'zod'
import { describe } from '../quantities/quantity.ts'

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/

/** Seconds since 1970, UTC. */
export const instant = z
  .unknown()
  .meta({ type: 'string', pattern: INSTANT.source, examples: ['2026-01-05T00:00:00Z'] })
  .transform((value, context): number => {
    const time = typeof value === 'string' && isInstant(value) ? Date.parse(value) / 1000 : Number.NaN
    if (!Number.isNaN(time)) return time
    const expected = 'expected an instant such as 2026-01-05T00:00:00Z'
    const message =
      value === undefined
        ? `is missing; ${expected}`
        : `found ${describe(value)}${noDay(value)}; ${expected}${meant(value)}`
    context.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  })

/** Whether it has the form and the day exists: the platform would read 30 February as 2 March. */
function isInstant(text: string): boolean {
  const [day = ''] = text.split('T')
  const midnight = new Date(`${day}T00:00:00Z`)
  return INSTANT.test(text) && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}

function noDay(value: unknown): string {
  return typeof value === 'string' && INSTANT.test(value) ? ', which no calendar has' : ''
}

/** The instant that was probably meant, of dates as people write them; nothing where day and month could be either. */
function meant(value: unknown): string {
  if (typeof value !== 'string') return ''
  const [, , , , clock] = /^(\d+)\D(\d+)\D(\d+)[T ]+(\d{1,2}:\d{2})/.exec(value) ?? []
  const time = `T${(clock ?? '00:00').padStart(5, '0')}:00Z`
  const instants = daysMeant(value)
    .map((day) => `${day}${time}`)
    .filter(isInstant)
  return instants.length === 0 ? '' : `; did you mean ${[...new Set(instants)].join(' or ')}?`
}

function daysMeant(text: string): string[] {
  const [, year, month, day] = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)/.exec(text) ?? []
  if (year !== undefined) return [`${year}-${padded(month)}-${padded(day)}`]
  const [, first, separator, second, last] = /^(\d{1,2})([-./])(\d{1,2})[-./](\d{4})(?!\d)/.exec(text) ?? []
  if (last === undefined) return []
  const dayFirst = `${last}-${padded(second)}-${padded(first)}`
  // With slashes Americans write the month first; with dots nobody does.
  return separator === '.' ? [dayFirst] : [`${last}-${padded(first)}-${padded(second)}`, dayFirst]
}

function padded(part = ''): string {
  return part.padStart(2, '0')
}
