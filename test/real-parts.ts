/**
 * Whether to skip a test because the real program that it talks to is not there: on a desk that is said aloud and the rest
 * goes on; in CI it is a failure, so nothing is skipped.
 * @param what and how to get it: 'no browser (apt-get install chromium)'
 */
export function skipsWithout(isThere: boolean, what: string): boolean {
  if (isThere || process.env['CI'] !== undefined) return false
  process.stderr.write(`\nSKIPPED: ${what}\n\n`)
  return true
}
