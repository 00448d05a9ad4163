import type { CommandModule } from 'yargs'
import { readFile } from '../../engine/index.ts'
import { open, pathInSnapshot, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { toStdout } from './print.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface CatArguments extends RepositoryArguments, ChoiceArguments {
  snapshot: string
  path: string
}

/** `firedrill repo cat DIR SNAPSHOT PATH` */
export const catCommand: CommandModule<object, CatArguments> = {
  command: 'cat <repository> <snapshot> <path>',
  describe: 'Write one file of a snapshot to stdout',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
      .hide('json')
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('path', { type: 'string', demandOption: true, describe: "The file, as 'firedrill repo ls' shows it" })
      .example('$0 repo cat /mnt/disk/backups latest db.sql | psql db', 'a dump, back into its database'),
  async handler(args) {
    const path = pathInSnapshot(args.path)
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    await readFile(repository, id, path, toStdout)
  },
}
