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
    const message = value === undefined ? `is missing; ${expected}` : `found ${describe(value)}; ${expected}`
    context.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  })

/** Whether it has the form and the day exists: the platform would read 30 February as 2 March. */
function isInstant(text: string): boolean {
  const [day = ''] = text.split('T')
  const midnight = new Date(`${day}T00:00:00Z`)
  return INSTANT.test(text) && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}
