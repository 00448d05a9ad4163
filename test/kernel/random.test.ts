import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/kernel/index.ts'

describe('a stream of random numbers', () => {
  const first = (...name: (string | number)[]): number => randomStream(name).uniform()

  it('is another one for each name, also where letters have their low eight bits in common', () => {
    // seedrandom by itself takes š (U+0161) for a (U+0061), and 中 (U+4E2D) for -
    expect(first('1', 'š')).not.toBe(first('1', 'a'))
    expect(first('1', '中')).not.toBe(first('1', '-'))
    expect(first('1', 'š')).not.toBe(first('1', '\\u0161'))
  })

  it('has, for neighbouring names, first numbers that are uniform and do not hang together', () => {
    const n = 20_000
    const values = Array.from({ length: n }, (_, k) => first('1', 'fire', 'onset', k) - 0.5)
    const mean = values.reduce((sum, value) => sum + value, 0) / n
    const neighbours = values.slice(1).reduce((sum, value, k) => sum + value * values[k]!, 0) / (n - 1)
    expect(Math.abs(mean) * Math.sqrt(12 * n)).toBeLessThan(4)
    expect(Math.abs(12 * neighbours) * Math.sqrt(n)).toBeLessThan(4)
  })
})
