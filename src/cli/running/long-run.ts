import { join } from 'node:path'
import type { Argv } from 'yargs'
import { FileSystemError } from '../../engine/errors.ts'
import type { Checkpoint } from '../../experiment/execution/checkpoint.ts'
import type { Executor, OpenExecutor } from '../../experiment/execution/executor.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { InterruptedError } from '../exit.ts'
import { openExecution, withExecution } from '../options/execution.ts'
import type { ExecutionArguments } from '../options/execution.ts'
import { onInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { takesLong } from './workload.ts'

export interface LongRunArguments extends ExecutionArguments {
  /** Undefined: the default folder, without which the command can do. */
  readonly out: string | undefined
  readonly resume: boolean | undefined
}

/** Options of commands that simulate for long; `out` besides, where results have a folder anyway. */
export function withResume<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & Omit<LongRunArguments, 'out'>> {
  return withExecution(yargs).option('resume', {
    type: 'boolean',
    describe: 'Continue the same command after an interruption',
  })
}

export function withCheckpoint<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & LongRunArguments> {
  return withResume(yargs).option('out', {
    type: 'string',
    requiresArg: true,
    describe: 'Folder for what --resume continues from; results by default',
  })
}

/** What a command needs to simulate for long. */
export interface LongRun {
  readonly execute: Executor
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly show: (progress: Progress) => void
  /** Tells that there is more to do another time, although nobody interrupted it: what is done is kept for --resume. */
  readonly keep: () => void
}

/**
 * Does the work of a command with progress on a terminal. What is done is on disk as soon as it is, for the same command with
 * --resume, until the work comes to its end.
 * @param plan all that the work depends on besides the scenario; plain data
 * @param work ends early when the signal is aborted
 * @throws InterruptedError when there is nothing to show yet
 */
export async function longRun<T>(
  scenario: Scenario,
  plan: { readonly command: string; readonly seed: string; readonly [option: string]: unknown },
  { out, resume = false, ...execution }: LongRunArguments,
  work: (run: LongRun) => Promise<T>,
): Promise<{ readonly result: T; readonly interrupted: boolean }> {
  const slow = takesLong(scenario)
  if (slow !== undefined) process.stderr.write(`firedrill: ${slow}\n`)
  const executor = await openExecution(execution)
  try {
    const checkpoint = await checkpointOf(scenario, plan, { out, resume, executor })
    const progress = showProgress()
    // A large scenario takes a while until it can tell of anything.
    progress.update({ what: 'the first part', share: 0 })
    const interrupt = onInterrupt()
    const { signal } = interrupt
    let [finished, kept] = [false, false]
    const keep = (): void => {
      kept = true
    }
    try {
      const result = await work({ execute: checkpoint.execute, signal, show: progress.update, keep })
      finished = !signal.aborted && !kept
      return { result, interrupted: signal.aborted }
    } catch (error) {
      if (error instanceof Error && error.name === 'NothingCompleteError') throw interruptedError(error.message)
      throw error
    } finally {
      interrupt.end()
      progress.end()
      await checkpoint.close(finished)
    }
  } finally {
    await executor.close()
  }
}

async function checkpointOf(
  scenario: Scenario,
  plan: { readonly seed: string },
  {
    out,
    resume,
    executor,
  }: { readonly out: string | undefined; readonly resume: boolean; readonly executor: OpenExecutor },
): Promise<Checkpoint> {
  const [{ headerOf }, { openCheckpoint }, { digestOf }] = await Promise.all([
    import('../../experiment/execution/block-file.ts'),
    import('../../experiment/execution/checkpoint.ts'),
    import('../../experiment/digest.ts'),
  ])
  const key = digestOf([scenario.text, scenario.settings, plan]).slice(0, 12)
  const path = join(out ?? 'results', scenario.id, `unfinished-${key}.blocks`)
  const header = headerOf(scenario, { seed: plan.seed, naturalWorlds: 0, workers: executor.workers })
  try {
    return await openCheckpoint(path, header, executor, resume)
  } catch (error) {
    // Who names a folder wants something in it; commands that write nothing else go without.
    if (out !== undefined || resume || !(error instanceof FileSystemError)) throw error
    process.stderr.write(`firedrill: ${error.message}; --resume will not be possible\n`)
    return { execute: executor, known: 0, close: async () => {} }
  }
}

/** @param what the work was interrupted, and after how much of it */
export function interruptedError(what: string): InterruptedError {
  return new InterruptedError(`${what}; add --resume to the same command to go on`)
}
