import type { CommandModule } from 'yargs'
import { copySnapshots } from '../../engine/index.ts'
import { bytes, duration } from '../../report/text/human.ts'
import { open, openOther, repositoryOptions, uploadsAtOnce, otherRepositoryOptions } from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { lockOption, lockUntil, requireLocked, warnOfWeakLocks } from './lock-option.ts'
import type { LockArguments } from './lock-option.ts'
import { counted, print } from './print.ts'
import { UsageError } from '../exit.ts'
import { progressBar } from './progress.ts'
import { choiceOptions, chosen, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface CopyArguments extends RepositoryArguments, OtherRepositoryArguments, LockArguments, ChoiceArguments {
  target: string
  snapshots: string[]
}

/** `firedrill repo copy DIR TARGET [SNAPSHOT..]` */
export const copyCommand: CommandModule<object, CopyArguments> = {
  command: 'copy <repository> <target> [snapshots..]',
  describe: 'Copy snapshots to a repository made with init --copy-of; what is there already is not moved',
  builder: (yargs) =>
    choiceOptions(lockOption(otherRepositoryOptions(repositoryOptions(yargs))))
      .positional('target', { type: 'string', demandOption: true, describe: 'The other repository' })
      .positional('snapshots', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Ids; by default all that have not been copied',
      })
      .example('$0 repo copy /mnt/disk/backups /mnt/offsite/backups', 'the offsite copy'),
  async handler(args) {
    const started_ms = performance.now()
    const from = await open(args)
    const to = await openOther(args.target, args)
    const named = await Promise.all(args.snapshots.map((word) => findSnapshot(from, word, args)))
    const isChosen =
      args.snapshots.length > 0 || [args.host, args.dataset, args.tag].some((given) => given !== undefined)
    const ids = (args.snapshots.length > 0 ? named : chosen(await from.snapshots(), args)).map(({ id }) => id)
    if (isChosen && ids.length === 0)
      throw new UsageError('no snapshot is of this host, dataset and tag; list them with: firedrill repo snapshots')
    const bar = progressBar('copy')
    const report = await copySnapshots(from, to, {
      ...(isChosen ? { snapshots: ids } : {}),
      ...lockUntil(args),
      uploads: uploadsAtOnce(args.target),
      onProgress: (progress) => bar.show(progress),
    })
    bar.end()
    if (report.snapshots.length > 0) warnOfWeakLocks(args, args.target)
    print(
      args,
      report,
      () =>
        `${counted(report.snapshots.length, 'snapshot')} copied to ${args.target}: ${bytes(report.fetched_bytes)} read,` +
        ` ${bytes(report.stored_bytes)} stored in ${duration((performance.now() - started_ms) / 1000)}`,
    )
    requireLocked(report.locks)
  },
}
