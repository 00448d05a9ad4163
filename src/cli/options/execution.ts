import type { Argv } from 'yargs'
import type { OpenExecutor } from '../../experiment/execution/executor.ts'
import { UsageError } from '../exit.ts'

export interface ExecutionArguments {
  readonly threads: number | undefined
  readonly queue: string | undefined
}

/** Options of all commands that simulate. */
export function withExecution<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & ExecutionArguments> {
  return yargs
    .option('threads', { type: 'number', requiresArg: true, describe: 'Worker threads; all cores by default' })
    .option('queue', {
      type: 'string',
      requiresArg: true,
      describe: 'Let `firedrill worker` on other machines simulate: redis://host:6379 or postgres://host/database',
    })
}

/** Opens the executor on which a command runs its blocks. The caller closes it. */
export async function openExecution({ threads, queue }: ExecutionArguments): Promise<OpenExecutor> {
  wholeNumbers({ threads }, MOST_THREADS)
  if (queue !== undefined) {
    const { openQueue } = await import('../../experiment/execution/queue.ts')
    return openQueue(queue, { ...(threads === undefined ? {} : { workers: threads }), onTrouble: tellOnce() })
  }
  const { openThreads } = await import('../../experiment/execution/threads.ts')
  return openThreads(threads)
}

/** Reports what is wrong with a connection once, and not again on every retry. */
export function tellOnce(): (message: string) => void {
  const told = new Set<string>()
  return (message) => {
    if (told.has(message)) return
    told.add(message)
    process.stderr.write(`firedrill: the queue: ${message || 'the connection is lost'}; trying again\n`)
  }
}

const MOST_THREADS = 1024
/** Largest number of drills, variants and the like that an option accepts: a run of more would never end. */
const MOST = 1_000_000

/** @throws UsageError when one of the options that are given is not a whole number from 1 to `most` */
export function wholeNumbers(options: Readonly<Record<string, number | undefined>>, most = MOST): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw new UsageError(`--${option} takes a whole number from 1 up`)
    }
    if (value !== undefined && value > most)
      throw new UsageError(`--${option} ${value}: at most ${most.toLocaleString('en')}`)
  }
}
