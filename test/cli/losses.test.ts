import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLineIn } from './command-line.ts'

const ROOT = join(import.meta.dirname, '../..')
const miniature = join(ROOT, 'scenarios/miniature.yaml')

const firedrill = commandLineIn(ROOT)

describe('firedrill losses', { timeout: 120_000 }, () => {
  it('says that a fire never took the service, and what ten fires cannot exclude', () => {
    const { code, stdout, stderr } = firedrill('losses', miniature, '--threads', '1')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // 0.1 fires a year, of which 1 − 0.05^(1/10) could be losses: 0.026.
    expect(stdout).toMatch(/^service with daily-full\n {2}never seen +2\.6 % +10$/m)
  })

  it.each([
    [['losses', miniature, '--window', 'a while'], /--window a while: 'a while' does not begin with a number/],
    [['losses', miniature, '--precision', '0'], /--precision 0: expected percent, such as 10/],
    [['losses', miniature, '--prices', 'absent.yaml'], /there is no file absent.yaml of prices/],
  ])('%j is told in one line', (words, message) => {
    const { code, stderr } = firedrill(...words)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
