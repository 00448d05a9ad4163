import type { CommandModule } from 'yargs'
import { diffSnapshots } from '../../engine/index.ts'
import { bytes } from '../../report/text/human.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shownPath } from './print.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface DiffArguments extends RepositoryArguments, ChoiceArguments {
  from: string
  to: string
}

/** As in the summary of a version control system. */
const SIGNS = { added: '+', removed: '-', content: 'M', metadata: 'm' } as const

/** `firedrill repo diff DIR FROM TO` */
export const diffCommand: CommandModule<object, DiffArguments> = {
  command: 'diff <repository> <from> [to]',
  describe: 'List what changed from one snapshot to another: + added, - removed, M content, m metadata',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
      .positional('from', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('to', { type: 'string', default: 'latest', describe: 'The same; by default the newest' })
      .example('$0 repo diff /mnt/disk/backups 3f2a', 'what has changed since'),
  async handler(args) {
    const repository = await open(args)
    const from = await findSnapshot(repository, args.from, args)
    const to = await findSnapshot(repository, args.to, args)
    const rows = (await diffSnapshots(repository, from.id, to.id)).map(({ path, change, before, after }) => ({
      path: shownPath(path),
      change,
      kind: (after ?? before)?.kind,
      ...(before?.kind === 'file' ? { sizeBefore: before.size } : {}),
      ...(after?.kind === 'file' ? { sizeAfter: after.size } : {}),
    }))
    print(args, rows, () => {
      const grown = rows.reduce((sum, row) => sum + (row.sizeAfter ?? 0) - (row.sizeBefore ?? 0), 0)
      return [
        ...rows.map(({ change, path, kind }) => `${SIGNS[change]} ${path}${kind === 'directory' ? '/' : ''}`),
        `${counted(rows.length, 'difference')}, ${grown < 0 ? `${bytes(-grown)} less` : `${bytes(grown)} more`}`,
      ].join('\n')
    })
  },
}
