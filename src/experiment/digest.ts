import { createHash } from 'node:crypto'

/**
 * SHA-256 (hex) of plain data in a canonical form: JSON with keys in ascending order. Numbers are written as the shortest
 * decimal that reads back to the same double, so equal digests mean bit-identical numbers.
 */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, field]) => [key, canonical(field)]))
}
