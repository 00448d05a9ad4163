import { countBelow } from '../../kernel/index.ts'
import type { Attendance } from '../strategy.ts'

/** Seconds until somebody is available: 0 during working hours, otherwise until these begin or the person on call arrives. */
export function untilAttended({ away, onCall_s }: Attendance, now_s: number): number {
  if (away === undefined) return 0
  const next = countBelow(away.from_s, now_s)
  const at = away.from_s[next] === now_s ? next : next - 1
  if (away.value[Math.max(0, at)] === 0) return 0
  // The steps alternate, so the step after one at which nobody is there is one at which somebody is.
  return Math.min(onCall_s, (away.from_s[at + 1] ?? Infinity) - now_s)
}
