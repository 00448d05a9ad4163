import type { Instant } from '../../engine/ports.ts'

/** An instant as UTC to the minute: '2026-03-05 21:40'. */
export function instantText(instant: Instant): string {
  return new Date(instant * 1000).toISOString().slice(0, 16).replace('T', ' ')
}
