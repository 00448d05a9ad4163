import type { CommandModule } from 'yargs'
import { bytes, count, instant } from '../../report/text/human.ts'
import { snapshotLocks } from '../../engine/index.ts'
import type { Snapshot } from '../../engine/index.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { UsageError } from '../exit.ts'
import { choiceOptions, chosen, groupingOf, groupingOption, groupsOf } from './snapshot-choice.ts'
import type { ChoiceArguments, GroupingArguments } from './snapshot-choice.ts'
import { counted, print, shortId, table } from './print.ts'

interface SnapshotsArguments extends RepositoryArguments, ChoiceArguments, GroupingArguments {
  latest: number | undefined
  compact: boolean
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
      .option('compact', {
        alias: 'c',
        type: 'boolean',
        default: false,
        describe: 'Fewer columns: id, time, size, tags and dataset',
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
    const columns = columnsOf(snapshots, args.compact)
    print(args, snapshots, () =>
      [
        table(
          [columns.map(({ title }) => title), ...snapshots.map((each) => columns.map(({ cell }) => cell(each)))],
          columns.flatMap(({ isNumber }, at) => (isNumber === true ? [at] : [])),
        ),
        counted(snapshots.length, 'snapshot'),
      ].join('\n'),
    )
  },
}

type Listed = Snapshot & { readonly lockedUntil?: number }

interface Column {
  readonly title: string
  readonly isNumber?: boolean
  readonly cell: (snapshot: Listed) => string
}

/** What is told of each: locks and tags where there are any. */
function columnsOf(snapshots: readonly Listed[], isCompact: boolean): Column[] {
  const anyLocked = snapshots.some(({ lockedUntil }) => lockedUntil !== undefined)
  const anyTagged = snapshots.some(({ tags }) => tags !== undefined)
  const only = (isShown: boolean, column: Column): Column[] => (isShown ? [column] : [])
  return [
    { title: 'ID', cell: ({ id }) => shortId(id) },
    { title: 'UTC', cell: ({ time }) => instant(time) },
    ...only(!isCompact, { title: 'TYPE', cell: ({ type }) => type }),
    ...only(!isCompact, { title: 'FILES', isNumber: true, cell: ({ files }) => count(files) }),
    { title: 'SIZE', isNumber: true, cell: ({ source_bytes }) => bytes(source_bytes) },
    ...only(!isCompact, { title: 'ADDED', isNumber: true, cell: ({ stored_bytes }) => bytes(stored_bytes) }),
    ...only(!isCompact, { title: 'HOST', cell: ({ host }) => host }),
    ...only(anyLocked && !isCompact, {
      title: 'LOCKED UNTIL',
      cell: ({ lockedUntil }) => (lockedUntil === undefined ? '' : instant(lockedUntil)),
    }),
    ...only(anyTagged, { title: 'TAGS', cell: ({ tags }) => tags?.join(',') ?? '' }),
    { title: 'DATASET', cell: ({ dataset }) => dataset },
  ]
}
