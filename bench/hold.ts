import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Simulation } from '../src/kernel/index.ts'
import { interleave, processorSeconds } from './interleave.ts'
import type { BenchResult } from './interleave.ts'

export interface HoldOptions {
  /** Events pending at any time. */
  readonly pending: number
  /** Events fired in all. */
  readonly events: number
  readonly rounds: number
}

/**
 * The hold model: each event that fires schedules another after a random delay. Ours as processes (generators), as the
 * peer has them: SimPy, Debian's python3-simpy.
 */
export async function hold(name: string, { pending, events, rounds }: HoldOptions): Promise<BenchResult> {
  return interleave(
    name,
    () => processorSeconds(() => ours(pending, events)),
    {
      simpy: async () =>
        Number(
          execFileSync(
            '/usr/bin/python3',
            [join(import.meta.dirname, 'peers/hold.py'), String(pending), String(events)],
            {
              encoding: 'utf8',
            },
          ),
        ),
    },
    rounds,
  )
}

async function ours(pending: number, events: number): Promise<void> {
  const simulation = new Simulation({ seed: 'hold' })
  const random = simulation.random('hold', 'delay')
  let left = events
  function* body(): Generator<number, void, void> {
    while (left > 0) {
      left -= 1
      yield random.uniform()
    }
  }
  for (let process = 0; process < pending; process += 1) simulation.process(body())
  await simulation.run(Infinity)
}
