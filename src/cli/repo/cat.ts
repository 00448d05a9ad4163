import type { CommandModule } from 'yargs'
import { openDump } from '../../engine/index.ts'
import {
  COPY_OPTION,
  open,
  openCopies,
  otherRepositoryOptions,
  pathInSnapshot,
  repositoryOptions,
} from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { shownPath, toStdout } from './print.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'
import { throwIfStopped } from './stop.ts'

interface CatArguments extends RepositoryArguments, OtherRepositoryArguments, ChoiceArguments {
  snapshot: string
  path: string
  copy: string[] | undefined
}

/** `firedrill repo cat DIR SNAPSHOT PATH` */
export const catCommand: CommandModule<object, CatArguments> = {
  command: 'cat <repository> <snapshot> <path>',
  describe: 'Write one file of a snapshot to stdout',
  builder: (yargs) =>
    choiceOptions(otherRepositoryOptions(repositoryOptions(yargs)))
      .hide('json')
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('path', { type: 'string', demandOption: true, describe: "The file, as 'firedrill repo ls' shows it" })
      .option('copy', COPY_OPTION)
      .example('$0 repo cat /mnt/disk/backups latest db.sql | psql db', 'a dump, back into its database'),
  async handler(args) {
    const path = pathInSnapshot(args.path)
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    const file = await openDump(repository, id, path, {
      copies: await openCopies(args.copy, args),
      mayGoOn: throwIfStopped,
    })
    if (file.kind !== 'file') throw new Error(`cannot read ${shownPath(path)}: it is a ${file.kind}, not a file`)
    await file.write(toStdout)
  },
}
