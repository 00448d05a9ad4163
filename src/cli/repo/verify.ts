import type { CommandModule } from 'yargs'
import { directorySource } from '../../adapters/real/source/directory-source.ts'
import { compareWithSnapshot, rehearseRestore } from '../../engine/index.ts'
import type { Repository, Snapshot } from '../../engine/index.ts'
import { bytes } from '../../report/text/human.ts'
import { visibleText } from '../visible-text.ts'
import {
  open,
  COPY_OPTION,
  openCopies,
  pathInSnapshot,
  repositoryOptions,
  requestsAtOnce,
  otherRepositoryOptions,
} from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { differenceText, shownDifference } from './differences.ts'
import { counted, print, shortId, shownPath } from './print.ts'
import { progressBar } from './progress.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface VerifyArguments extends RepositoryArguments, OtherRepositoryArguments, ChoiceArguments {
  snapshot: string
  against: string | undefined
  only: string[] | undefined
  copy: string[] | undefined
}

/** `firedrill repo verify DIR SNAPSHOT [AGAINST]` */
export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify <repository> <snapshot> [against]',
  describe: 'Restore a snapshot without keeping it, or compare a directory with it; changes nothing',
  builder: (yargs) =>
    choiceOptions(otherRepositoryOptions(repositoryOptions(yargs)))
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('against', {
        type: 'string',
        describe: 'Directory that was restored from it, or backed up: compared by content and metadata',
      })
      .option('only', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'A path inside the snapshot; may be given more than once',
      })
      .option('copy', COPY_OPTION)
      .example('$0 repo verify /mnt/disk/backups latest', 'could it be restored today?')
      .example('$0 repo verify /mnt/disk/backups latest ~/documents', 'what has changed since'),
  async handler(args) {
    const repository = await open(args)
    const snapshot = await findSnapshot(repository, args.snapshot, args)
    const only = args.only === undefined ? {} : { only: args.only.map(pathInSnapshot) }
    if (args.against === undefined) {
      await rehearse(args, repository, snapshot, { ...only, copies: await openCopies(args.copy, args) })
    } else await compare(args, args.against, repository, snapshot, only)
  },
}

async function rehearse(
  args: VerifyArguments,
  repository: Repository,
  snapshot: Snapshot,
  options: { readonly only?: readonly string[]; readonly copies: readonly Repository[] },
): Promise<void> {
  const bar = progressBar('verify')
  const report = await rehearseRestore(repository, snapshot.id, {
    ...options,
    downloads: requestsAtOnce(args.repository),
    request_bytes: 4 * 1024 * 1024,
    onProgress: (progress) => bar.show(progress, options.only === undefined ? snapshot.source_bytes : undefined),
  })
  bar.end()
  const { files, verified_bytes, failedFiles } = report
  print(
    args,
    report,
    () => `Snapshot ${shortId(snapshot.id)}: ${counted(files, 'file')}, ${bytes(verified_bytes)}, can be restored`,
  )
  for (const { path, reason } of failedFiles)
    process.stderr.write(`failed: ${shownPath(path)}: ${visibleText(reason)}\n`)
  if (failedFiles.length > 0) throw new Error(`${counted(failedFiles.length, 'file')} could not be restored`)
}

async function compare(
  args: VerifyArguments,
  directory: string,
  repository: Repository,
  snapshot: Snapshot,
  options: { readonly only?: readonly string[] },
): Promise<void> {
  const bar = progressBar('verify')
  const report = await compareWithSnapshot(repository, snapshot.id, directorySource(directory), {
    ...options,
    onProgress: (progress) => bar.show(progress, options.only === undefined ? snapshot.source_bytes : undefined),
  })
  bar.end()
  const { differences } = report
  print(args, { ...report, differences: differences.map(shownDifference) }, () =>
    [
      ...differences.map(differenceText),
      `${counted(report.files, 'file')}, ${bytes(report.compared_bytes)}, as in snapshot ${shortId(snapshot.id)}`,
    ].join('\n'),
  )
  if (differences.length > 0)
    throw new Error(
      `${counted(differences.length, 'difference')} between ${directory} and snapshot ${shortId(snapshot.id)}`,
    )
}
