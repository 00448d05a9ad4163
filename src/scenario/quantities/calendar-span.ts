import { z } from 'zod'
import { isSpan } from '../../engine/index.ts'
import { describe } from './quantity.ts'
import { parseQuantity } from './units.ts'

const EXPECTED = 'expected a span such as 30 d, 3 months or 1y6m'
const HOUR_S = 3600

/**
 * The span of a retention rule as the tools write it: `1y5m7d2h`, or `3 months`, with months and years by the calendar.
 * A span in another unit of the scenario language, such as `6 weeks`, is converted to hours.
 */
export function calendarSpan(): z.ZodPipe<z.ZodUnknown, z.ZodTransform<string>> {
  return z
    .unknown()
    .meta({ type: 'string', pattern: '^((\\d+[ymdh])+|\\d+(\\.\\d+)?\\s*[A-Za-z]+)$', examples: ['30 d', '1y6m'] })
    .transform((written, context): string => {
      const fail = (message: string): never => {
        context.issues.push({ code: 'custom', message: `${message}; ${EXPECTED}`, input: written })
        return z.NEVER
      }
      if (written === undefined || written === null) return fail('has no value')
      if (typeof written !== 'string') return fail(`found ${describe(written)}`)
      const [, count = '', unit = ''] = /^(\d+) *(month|year)s?$/.exec(written) ?? []
      const span = count === '' ? written : `${count}${unit.charAt(0)}`
      if (isSpan(span)) return span
      const parsed = parseQuantity(written, 'seconds')
      if ('problem' in parsed) return fail(parsed.problem)
      const hours = parsed.value / HOUR_S
      if (hours === 0 || !Number.isInteger(hours)) return fail(`${written} is not a whole number of hours above zero`)
      return `${hours}h`
    })
}
