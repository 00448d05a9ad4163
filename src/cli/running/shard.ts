import { join } from 'node:path'
import type { BlockFileHeader } from '../../experiment/execution/block-file.ts'
import type { PrecisionGoal } from '../../experiment/precision.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { InterruptedError, UsageError } from '../exit.ts'
import { openExecution } from '../options/execution.ts'
import { onInterrupt } from './interrupt.ts'

/** What to run of a scenario. */
export interface Plan extends Pick<BlockFileHeader, 'seed' | 'replications' | 'naturalWorlds'> {
  readonly precision?: PrecisionGoal
}

export interface Shard {
  /** From 1. */
  readonly index: number
  readonly of: number
}

/** '2/8': the second of eight. */
export function readShard(text: string): Shard {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of) return shard
  throw new UsageError(`--shard ${text}: expected which of how many, from 1 on, such as 2/8`)
}

/** Runs one share of a plan into a file that `firedrill merge` takes. */
export async function runOneShard(
  scenario: Scenario,
  plan: Plan,
  shard: Shard,
  { out, threads = 1 }: { readonly out: string; readonly threads: number | undefined },
): Promise<void> {
  const replications = plan.replications ?? scenario.experiment.replications
  if (plan.replications === undefined && scenario.experiment.precision !== undefined) {
    throw new UsageError(
      '--shard: the scenario asks for drills until a precision is reached, of which a share knows nothing; ' +
        'say how many with --replications',
    )
  }
  const [{ runShard }, { settled }] = await Promise.all([
    import('../../experiment/execution/shards.ts'),
    import('../../experiment/run.ts'),
  ])
  const path = join(out, scenario.id, `shard-${shard.index}-of-${shard.of}.blocks`)
  const execution = await openExecution({ threads, queue: undefined })
  const interrupt = onInterrupt()
  try {
    const workers = shard.of * threads
    // With `warm-up: auto`, every share finds the same warm-up.
    const own = await settled(scenario, { seed: plan.seed, execute: execution, signal: interrupt.signal })
    const { blocks, done } = await runShard(own, { ...plan, replications, workers }, shard, path, {
      execute: execution,
      signal: interrupt.signal,
    })
    if (done < blocks)
      throw new InterruptedError(`interrupted after ${done} of ${blocks} blocks; the same command goes on`)
    process.stdout.write(
      `Shard ${shard.index} of ${shard.of}: ${blocks === 1 ? '1 block' : `${blocks} blocks`} in ${path}\n`,
    )
  } finally {
    interrupt.end()
    await execution.close()
  }
}
