import type { CommandModule } from 'yargs'
import { listSnapshot } from '../../engine/index.ts'
import { bytes } from '../../report/text/human.ts'
import { open, pathInSnapshot, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { print, shownPath, table } from './print.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface ListArguments extends RepositoryArguments, ChoiceArguments {
  snapshot: string
  paths: string[]
}

/** `firedrill repo ls DIR SNAPSHOT [PATH..]` */
export const listCommand: CommandModule<object, ListArguments> = {
  command: 'ls <repository> <snapshot> [paths..]',
  describe: 'List what is in a snapshot',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('paths', { type: 'string', array: true, default: [] as string[], describe: 'Only these, and below' })
      .example('$0 repo ls /mnt/disk/backups latest letters', 'one folder'),
  async handler(args) {
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    const only = args.paths.length === 0 ? undefined : args.paths.map(pathInSnapshot)
    const entries = await listSnapshot(repository, id, only)
    const rows = entries.map(({ path, entry }) => ({
      path: shownPath(path),
      kind: entry.kind,
      mode: entry.metadata.mode.toString(8).padStart(4, '0'),
      size: entry.size,
      modified: new Date(Number(entry.metadata.mtime_ns / 1_000_000n)).toISOString(),
    }))
    print(args, rows, () =>
      table(
        rows.map(({ path, kind, mode, size, modified }) => [
          mode,
          kind === 'file' ? bytes(size) : kind,
          modified.slice(0, 19).replace('T', ' '),
          path,
        ]),
        [1],
      ),
    )
  },
}
