import type { CleanPointSearch } from '../../strategy.ts'

/**
 * How many points are examined until the newest clean one is known. Nobody knows when the data became tainted.
 * Searching backwards from the newest examines every tainted point and the first clean one; bisecting, the logarithm of
 * their number.
 */
export function pointsToExamine({ search }: CleanPointSearch, tainted: number, clean: number): number {
  if (search === 'newest-first') return tainted + Math.min(clean, 1)
  let examined = 0
  for (let left = tainted + clean; left > 0; left = Math.floor(left / 2)) examined += 1
  return examined
}
