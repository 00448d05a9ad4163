import type { CommandModule } from 'yargs'
import { bytes, count, instant } from '../../report/text/human.ts'
import { snapshotLocks } from '../../engine/index.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { UsageError } from '../exit.ts'
import { choiceOptions, chosen, groupingOf, groupingOption, groupsOf } from './snapshot-choice.ts'
import type { ChoiceArguments, GroupingArguments } from './snapshot-choice.ts'
import { counted, print, shortId, table } from './print.ts'

interface SnapshotsArguments extends RepositoryArguments, ChoiceArguments, GroupingArguments {
  latest: number | undefined
}

/** `firedrill repo snapshots DIR` */
export const snapshotsCommand: CommandModule<object, SnapshotsArguments> = {
  command: 'snapshots <repository>',
  describe: 'List snapshots, the oldest first',
  builder: (yargs) =>
    groupingOption(choiceOptions(repositoryOptions(yargs)))
      .option('latest', {
        type: 'number',
        requiresArg: true,
        describe: 'Only so many of each dataset on each host (--group-by), the newest',
      })
      .example('$0 repo snapshots /mnt/disk/backups --latest 1', 'is every machine backed up?'),
  async handler(args) {
    const { latest } = args
    if (latest !== undefined && !(Number.isInteger(latest) && latest > 0))
      throw new UsageError('--latest takes a number of snapshots, 1 or more')
    const by = groupingOf(args.groupBy)
    const repository = await open(args)
    const locks = await snapshotLocks(repository)
    const found = await repository.audited(
      'snapshots',
      () => repository.snapshots(),
      ({ length }) => ({ snapshots: length }),
    )
    const wanted = chosen(found, args)
    const newest =
      latest === undefined ? undefined : new Set(groupsOf(wanted, by).flatMap((group) => group.slice(-latest)))
    const listed = newest === undefined ? wanted : wanted.filter((snapshot) => newest.has(snapshot))
    const snapshots = listed.map((snapshot) => {
      const lockedUntil = locks.get(snapshot.id)
      return { ...snapshot, ...(lockedUntil === undefined ? {} : { lockedUntil }) }
    })
    const anyLocked = snapshots.some(({ lockedUntil }) => lockedUntil !== undefined)
    const anyTagged = snapshots.some(({ tags }) => tags !== undefined)
    print(args, snapshots, () =>
      [
        table(
          [
            [
              'ID',
              'UTC',
              'TYPE',
              'FILES',
              'SIZE',
              'ADDED',
              'HOST',
              ...(anyLocked ? ['LOCKED UNTIL'] : []),
              ...(anyTagged ? ['TAGS'] : []),
              'DATASET',
            ],
            ...snapshots.map((snapshot) => [
              shortId(snapshot.id),
              instant(snapshot.time),
              snapshot.type,
              count(snapshot.files),
              bytes(snapshot.source_bytes),
              bytes(snapshot.stored_bytes),
              snapshot.host,
              ...(anyLocked ? [snapshot.lockedUntil === undefined ? '' : instant(snapshot.lockedUntil)] : []),
              ...(anyTagged ? [snapshot.tags?.join(',') ?? ''] : []),
              snapshot.dataset,
            ]),
          ],
          [3, 4, 5],
        ),
        counted(snapshots.length, 'snapshot'),
      ].join('\n'),
    )
  },
}
