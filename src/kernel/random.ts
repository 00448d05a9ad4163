import seedrandom from 'seedrandom'

import { exponentialQuantile } from './exponential-quantile.ts'
import { standardNormalQuantile } from './normal-quantile.ts'

/**
 * A stream of random numbers. Streams of different names are independent; the same name gives the same numbers. The
 * continuous laws, here and in samplers/, transform one uniform number each by the inverse of their distribution
 * function, so that two strategies under comparison stay in step.
 */
export interface RandomStream {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Uniform among 0 … belowExclusive − 1. */
  integer(belowExclusive: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** Exponential with this mean. */
  exponential(mean: number): number
  normal(mean: number, sd: number): number
  /** Uniform random bytes. */
  bytes(n: number): Uint8Array
  /** Shuffles in place, every permutation equally likely, and returns the same array. */
  shuffle<T>(items: T[]): T[]
  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T
}

/** The stream whose name is the JSON of the given list. */
export function randomStream(name: readonly (string | number | undefined)[]): RandomStream {
  const generator = seedrandom(inAscii(JSON.stringify(name)))

  const uniform = (): number => generator()
  const integer = (belowExclusive: number): number => {
    if (!(belowExclusive >= 1)) throw new RangeError(`no integer lies below ${belowExclusive}`)
    return Math.floor(generator() * belowExclusive)
  }
  const normal = (mean: number, sd: number): number => {
    let u = generator()
    // The quantile of zero is minus infinity; zero comes up once in 2⁵² numbers.
    while (u === 0) u = generator()
    return mean + sd * standardNormalQuantile(u)
  }

  return {
    uniform,
    integer,
    chance: (probability) => generator() < probability,
    exponential: (mean) => exponentialQuantile(mean, generator()),
    normal,
    bytes: (n) => {
      const bytes = new Uint8Array(n)
      for (let at = 0; at < n; at += 4) {
        const word = generator.int32()
        for (let k = 0; k < 4 && at + k < n; k++) bytes[at + k] = word >> (8 * k)
      }
      return bytes
    },
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = integer(last + 1)
        const item = items[last]!
        items[last] = items[other]!
        items[other] = item
      }
      return items
    },
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick one of no items')
      return items[integer(items.length)]!
    },
  }
}

/** The same JSON. seedrandom takes a character for its low eight bits, and would give `š` and `a` the same numbers. */
function inAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
