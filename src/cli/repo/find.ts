import type { CommandModule } from 'yargs'
import { findVersions } from '../../engine/index.ts'
import type { FoundVersion, Snapshot } from '../../engine/index.ts'
import { bytes, count, instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { matching } from './file-patterns.ts'
import { instantOf } from './instants.ts'
import { counted, print, shortId, shownPath, table } from './print.ts'
import { choiceOptions, findSnapshots, groupsOf } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface FindArguments extends RepositoryArguments, ChoiceArguments {
  pattern: string
  'ignore-case': boolean
  newest: string | undefined
  oldest: string | undefined
  snapshot: string[] | undefined
}

/** `firedrill repo find DIR PATTERN` */
export const findCommand: CommandModule<object, FindArguments> = {
  command: 'find <repository> <pattern>',
  describe: 'Look for a file in all snapshots: each of its versions, and the newest snapshot that has it',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
      .positional('pattern', {
        type: 'string',
        demandOption: true,
        describe: "Name or end of a path, with * and ?: 'report*.odt', 'letters/to-anna'",
      })
      .option('ignore-case', {
        alias: 'i',
        type: 'boolean',
        default: false,
        describe: 'Whether written in capitals or not',
      })
      .option('oldest', {
        alias: 'O',
        type: 'string',
        requiresArg: true,
        describe: 'Only what was changed last at this time or later: 2026-03-01, 2026-03-01 22:00',
      })
      .option('newest', {
        alias: 'N',
        type: 'string',
        requiresArg: true,
        describe: 'Only what was changed last before',
      })
      .option('snapshot', {
        alias: 's',
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Only in this snapshot; may be given more than once',
      })
      .example("$0 repo find /mnt/disk/backups 'contract*.pdf'", 'when was it changed, when was it lost?'),
  async handler(args) {
    const matches = matching([args.pattern], { ignoreCase: args.ignoreCase })
    const isOfTime = changedWithin(args)
    const repository = await open(args)
    const wanted = await findSnapshots(repository, args.snapshot ?? [], args)
    const rows: Row[] = []
    for (const group of groupsOf(wanted)) {
      const found = await findVersions(
        repository,
        group,
        (path, { kind, metadata }) => isOfTime(metadata.mtime_ns) && matches(`/${path}`, kind === 'directory'),
      )
      rows.push(...found.map((version) => rowOf(version, group.at(-1)!)))
    }
    if (rows.length === 0 && !args.json)
      throw new Error(`${args.pattern} is in none of the snapshots that were looked at`)
    print(args, rows, () =>
      [
        table(
          [
            ['SNAPSHOT', 'FIRST SEEN', 'LAST SEEN', 'IN', 'SIZE', 'MODIFIED', 'PATH'],
            ...rows.map(({ snapshot, first, last, snapshots, kind, size, modified, path, isNewest }) => [
              shortId(snapshot),
              instant(first),
              isNewest ? 'is there' : instant(last),
              count(snapshots),
              kind === 'file' ? bytes(size) : kind,
              modified.slice(0, 19).replace('T', ' '),
              path,
            ]),
          ],
          [3, 4],
        ),
        counted(rows.length, 'version'),
      ].join('\n'),
    )
  },
}

/** Whether a time of the last change is asked for. */
function changedWithin({ oldest, newest }: Pick<FindArguments, 'oldest' | 'newest'>): (mtime_ns: bigint) => boolean {
  const from_s = oldest === undefined ? -Infinity : instantOf('--oldest', oldest)
  const to_s = newest === undefined ? Infinity : instantOf('--newest', newest)
  if (from_s >= to_s) throw new UsageError('--oldest is not before --newest: nothing can have been changed between')
  return (mtime_ns) => Number(mtime_ns) / 1e9 >= from_s && Number(mtime_ns) / 1e9 < to_s
}

type Row = ReturnType<typeof rowOf>

function rowOf({ path, entry, snapshots }: FoundVersion, newest: Snapshot) {
  const [first, last] = [snapshots[0]!, snapshots.at(-1)!]
  return {
    path: shownPath(path),
    kind: entry.kind,
    size: entry.size,
    modified: new Date(Number(entry.metadata.mtime_ns / 1_000_000n)).toISOString(),
    snapshot: last.id,
    snapshots: snapshots.length,
    first: first.time,
    last: last.time,
    /** Then it was there at the last look. */
    isNewest: last === newest,
    host: last.host,
    dataset: last.dataset,
  }
}
