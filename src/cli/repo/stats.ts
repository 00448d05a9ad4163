import type { CommandModule } from 'yargs'
import { repositoryStatistics, snapshotStatistics } from '../../engine/index.ts'
import type { RepositoryStatistics, SnapshotStatistics, StoredChunks } from '../../engine/index.ts'
import { bytes, count, instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, table } from './print.ts'
import { choiceOptions, findSnapshots } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface StatsArguments extends RepositoryArguments, ChoiceArguments {
  snapshots: string[]
}

/** `firedrill repo stats DIR [SNAPSHOT..]` */
export const statsCommand: CommandModule<object, StatsArguments> = {
  command: 'stats <repository> [snapshots..]',
  describe: 'Say how much is stored, and for how much; or of some snapshots, what they hold and take',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
      .positional('snapshots', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Ids; by default all that --host, --dataset and --tag leave',
      })
      .example('$0 repo stats /mnt/disk/backups 3f2a 91c0', 'what would be freed without these two?'),
  async handler(args) {
    const repository = await open(args)
    const isChosen =
      args.snapshots.length > 0 || [args.host, args.dataset, args.tag].some((given) => given !== undefined)
    if (!isChosen) {
      const found = await repositoryStatistics(repository)
      print(args, found, () => repositoryText(found))
      return
    }
    const snapshots = await findSnapshots(repository, args.snapshots, args)
    if (snapshots.length === 0)
      throw new UsageError('no snapshot is of this host, dataset and tag; list them with: firedrill repo snapshots')
    const found = await snapshotStatistics(repository, snapshots)
    print(args, found, () => snapshotsText(found))
  },
}

function repositoryText(found: RepositoryStatistics): string {
  const { snapshots, oldest, newest, source_bytes, plain_bytes, stored_bytes, chunks, packs, markedPacks } = found
  return table([
    ['snapshots', oldest === undefined ? '0' : `${count(snapshots)}, ${instant(oldest)} to ${instant(newest!)}`],
    [
      'in them',
      stored_bytes === 0
        ? bytes(source_bytes)
        : `${bytes(source_bytes)}, ${(source_bytes / stored_bytes).toFixed(1)} times what is stored`,
    ],
    ['chunks', `${count(chunks)}, ${bytes(plain_bytes)} before compression`],
    ['stored', `${bytes(stored_bytes)} in ${count(packs)} packs, of which ${count(markedPacks)} are to be deleted`],
  ])
}

function snapshotsText({ snapshots, restored, differentFiles, needed, neededByThemAlone }: SnapshotStatistics): string {
  return table([
    ['snapshots', count(snapshots)],
    ['restored', `${bytes(restored.bytes)}, ${count(restored.entries)} entries`],
    ['different', `${bytes(differentFiles.bytes)} in ${count(differentFiles.files)} files of different content`],
    ['stored', chunksText(needed)],
    ['alone', `${chunksText(neededByThemAlone)}, that no other snapshot needs`],
  ])
}

const chunksText = ({ stored_bytes, chunks, plain_bytes }: StoredChunks): string =>
  `${bytes(stored_bytes)}: ${counted(chunks, 'chunk')}, ${bytes(plain_bytes)} before compression`
