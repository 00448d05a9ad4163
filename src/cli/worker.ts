import { availableParallelism } from 'node:os'
import type { CommandModule } from 'yargs'
import { tellOnce, wholeNumbers } from './options/execution.ts'

interface WorkerArguments {
  url: string
  threads: number | undefined
  patience: number
}

/** `firedrill worker URL` */
export const workerCommand: CommandModule<object, WorkerArguments> = {
  command: 'worker <url>',
  describe: 'Simulate on behalf of other machines that use --queue',
  builder: (yargs) =>
    yargs
      .positional('url', {
        type: 'string',
        demandOption: true,
        describe: 'Server of the queue: redis://host:6379 or postgres://user@host/database',
      })
      .option('threads', { type: 'number', requiresArg: true, describe: 'Number of threads; all cores by default' })
      .option('patience', {
        type: 'number',
        default: 30,
        requiresArg: true,
        describe: 'Seconds without a sign of life after which others take over what a worker had',
      })
      .example('$0 worker redis://queue.example:6379', 'on each machine; then: run plan.yaml --queue redis://…'),
  async handler({ url, threads = availableParallelism(), patience }) {
    wholeNumbers({ threads, patience })
    const { startQueueWorker } = await import('../experiment/execution/queue-worker.ts')
    let done = 0
    const close = await startQueueWorker(url, {
      threads,
      patience_s: patience,
      onBlock: (count) => (done = count),
      onTrouble: tellOnce(),
    })
    process.stderr.write(
      `firedrill: waiting for work, ${threads} blocks at a time; Ctrl-C finishes the current ones and stops\n`,
    )
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    const told = await close()
    process.stderr.write(`firedrill: ${done} blocks done\n`)
    if (told) return
    process.stderr.write(
      'firedrill: the server does not answer; what it was not given is done again by other workers\n',
    )
    // The connection would try to come back for as long as the process lives.
    process.exit()
  },
}
