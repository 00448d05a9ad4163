import { lawOf } from '../kernel/index.ts'
import type { RandomStream } from '../kernel/index.ts'
import type { Distribution } from './specification.ts'

/** One value of the law, drawn from the stream. */
export function sample(distribution: Distribution, random: RandomStream): number {
  return lawOf(distribution).sample(random)
}
