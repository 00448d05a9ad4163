import type { CommandModule } from 'yargs'
import { extendLocks } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { daysFromNow, requireLocked, warnOfWeakLocks } from './lock-option.ts'
import { counted, print } from './print.ts'
import { progressBar } from './progress.ts'
import { findSnapshot } from './snapshot-choice.ts'

interface ExtendArguments extends RepositoryArguments {
  snapshots: string[]
  days: number | undefined
}

/** `firedrill repo lock DIR [SNAPSHOT..]` */
export const lockCommand: CommandModule<object, ExtendArguments> = {
  command: 'lock <repository> [snapshots..]',
  describe: 'Make object locks last: of snapshots, and of all that they need',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .positional('snapshots', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Ids; by default those that are locked now',
      })
      .option('days', {
        type: 'number',
        requiresArg: true,
        describe: 'Days from now; by default what a snapshot needs is locked for as long as the snapshot is',
      })
      .example('$0 repo lock s3:https://s3.example.com/backups', 'after check has found locks too short')
      .example('$0 repo lock s3:https://s3.example.com/backups 0f3a99c1 --days 3650', 'keep one for ten years'),
  async handler(args) {
    const until = args.days === undefined ? {} : { lockUntil: daysFromNow('--days', args.days) }
    const repository = await open(args)
    const ids = await Promise.all(args.snapshots.map(async (word) => (await findSnapshot(repository, word)).id))
    const bar = progressBar('lock')
    const report = await extendLocks(repository, {
      ...until,
      ...(ids.length === 0 ? {} : { snapshots: ids }),
      onProgress: (progress) => bar.show(progress),
    })
    bar.end()
    if (report.snapshots.length === 0 && args.days !== undefined)
      throw new UsageError('no snapshot is locked now; name those that are to be, by their ids')
    if (report.extended > 0) warnOfWeakLocks({ lock: args.days ?? 0 }, args.repository)
    print(
      args,
      report,
      () =>
        `${counted(report.snapshots.length, 'snapshot')} locked with all that ${report.snapshots.length === 1 ? 'it needs' : 'they need'}; ${counted(report.extended, 'lock')} extended`,
    )
    requireLocked(report)
  },
}
