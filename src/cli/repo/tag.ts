import type { CommandModule } from 'yargs'
import { tagSnapshots } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId } from './print.ts'
import { findSnapshot, tagsOf } from './snapshot-choice.ts'

interface TagArguments extends RepositoryArguments {
  snapshots: string[]
  add: string[] | undefined
  remove: string[] | undefined
}

/** `firedrill repo tag DIR SNAPSHOT.. --add WORD --remove WORD` */
export const tagCommand: CommandModule<object, TagArguments> = {
  command: 'tag <repository> <snapshots..>',
  describe: 'Mark snapshots with words, or take words away; the snapshots get new ids (administrators only)',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .positional('snapshots', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: "Ids, their beginnings, or 'latest'",
      })
      .option('add', { type: 'string', array: true, nargs: 1, describe: 'Word to add; may be given more than once' })
      .option('remove', { type: 'string', array: true, nargs: 1, describe: 'Word to take away' })
      .example('$0 repo tag /mnt/disk/backups 3f2a --add before-migration', 'and forget --keep-tag before-migration'),
  async handler(args) {
    const change = { add: tagsOf(args.add), remove: tagsOf(args.remove) }
    if (change.add.length + change.remove.length === 0)
      throw new UsageError('say which tags: --add WORD or --remove WORD')
    const repository = await open(args)
    const snapshots = await Promise.all(args.snapshots.map((word) => findSnapshot(repository, word)))
    const report = await tagSnapshots(repository, [...new Set(snapshots)], change)
    print(args, report, () =>
      [
        ...report.snapshots.map(
          ({ id, original, tags = [] }) =>
            `${shortId(original!)} is ${shortId(id)} now: ${tags.join(', ') || 'no tags'}`,
        ),
        `${counted(report.snapshots.length, 'snapshot')} changed${report.unchanged === 0 ? '' : `, ${report.unchanged} were so already`}`,
      ].join('\n'),
    )
  },
}
