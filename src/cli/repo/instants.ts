import type { Instant } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'

/**
 * A time as it was typed: '2026-03-01', '2026-03-01 22:00', '2026-03-01T22:00:00+01:00'; UTC where it does not say
 * otherwise, as in lists.
 */
export function instantOf(option: string, written: string): Instant {
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/.exec(written.trim()) ?? []
  const instant_ms = Date.parse(`${day}T${time}${zone}`)
  // '2026-02-30' would be taken for the second of March.
  const isThatDay = new Date(Date.parse(`${day}T00:00Z`)).toISOString().startsWith(day ?? '?')
  if (day === undefined || Number.isNaN(instant_ms) || !isThatDay)
    throw new UsageError(`${option} ${written}: write a time as 2026-03-01 22:00 (UTC), or 2026-03-01T22:00+01:00`)
  return instant_ms / 1000
}
