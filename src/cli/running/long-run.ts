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
  /** Undefined for the default folder, which the command can do without. */
  readonly out: string | undefined
  readonly resume: boolean | undefined
}

/** Options of commands whose simulations take long. Commands that write a results folder have `--out` besides. */
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

/** What a command is given to do its work with. */
export interface LongRun {
  readonly execute: Executor
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly show: (progress: Progress) => void
  /**
   * Called if the work ends before everything is done, although nobody interrupted it; what is done is then kept for
   * --resume.
   */
  readonly keep: () => void
}

/**
 * Does the work of a command and shows its progress. Every result is written to disk at once, for the same command with --resume,
 * and removed when the work comes to its end.
 * @param plan everything that the work depends on besides the scenario, as plain data
 * @param work ends early when the signal is aborted
 * @throws InterruptedError when it is interrupted before there is anything to show
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
    // A large scenario takes a while before it can report any progress.
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
    // If the user named a folder, it must be possible to write there; otherwise a command that writes nothing else does without.
    if (out !== undefined || resume || !(error instanceof FileSystemError)) throw error
    process.stderr.write(`firedrill: ${error.message}; --resume will not be possible\n`)
    return { execute: executor, known: 0, close: async () => {} }
  }
}

/** @param what the work was interrupted, and after how much of it */
export function interruptedError(what: string): InterruptedError {
  return new InterruptedError(`${what}; add --resume to the same command to go on`)
}
