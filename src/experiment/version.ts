import { readFileSync } from 'node:fs'

/** firedrill's own version. */
export function firedrillVersion(): string {
  // package.json is two folders up from src/experiment/ and from dist/experiment/ alike.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}
