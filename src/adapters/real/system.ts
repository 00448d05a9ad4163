import { randomBytes } from 'node:crypto'
import type { Clock, Cpu, RandomSource } from '../../engine/ports.ts'

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
}

/** The work has taken its time when it is accounted for. */
export const systemCpu: Cpu = { charge: () => Promise.resolve() }

/** The operating system's generator for keys. */
export const systemRandom: RandomSource = { bytes: (length) => new Uint8Array(randomBytes(length)) }
