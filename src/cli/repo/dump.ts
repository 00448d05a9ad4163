import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { writeAll } from '../../adapters/real/file-bytes.ts'
import { fileSystemError, isSystemError } from '../../adapters/real/system-errors.ts'
import { openDump } from '../../engine/index.ts'
import type { Dump } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import {
  COPY_OPTION,
  open,
  openCopies,
  otherRepositoryOptions,
  pathInSnapshot,
  repositoryOptions,
} from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { shownPath, toStdout, warn } from './print.ts'
import { progressBar } from './progress.ts'
import type { ProgressBar } from './progress.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'
import { throwIfStopped } from './stop.ts'

interface DumpArguments extends RepositoryArguments, OtherRepositoryArguments, ChoiceArguments {
  snapshot: string
  path: string
  target: string | undefined
  copy: string[] | undefined
}

type Take = Parameters<Dump['write']>[0]

/** `firedrill repo dump DIR SNAPSHOT [PATH] [--target FILE]` */
export const dumpCommand: CommandModule<object, DumpArguments> = {
  command: 'dump <repository> <snapshot> [path]',
  describe: 'Write a folder of a snapshot as a tar archive, or the bytes of a file, to stdout or to a file',
  builder: (yargs) =>
    choiceOptions(otherRepositoryOptions(repositoryOptions(yargs)))
      .hide('json')
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('path', {
        type: 'string',
        default: '/',
        describe: "A folder or file, as 'firedrill repo ls' shows it; by default all of the snapshot",
      })
      .option('target', {
        alias: 't',
        type: 'string',
        requiresArg: true,
        describe: 'File to write instead of stdout; it must not be there yet',
      })
      .option('copy', COPY_OPTION)
      .example('$0 repo dump /mnt/disk/backups latest letters | ssh other tar x', 'a folder, onto another machine')
      .example('$0 repo dump /mnt/disk/backups latest -t all.tar', 'everything, with owners, times and attributes'),
  async handler(args) {
    const path = /^[./]*$/.test(args.path) ? '' : pathInSnapshot(args.path)
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    const bar = progressBar('dump')
    const dump = await openDump(repository, id, path, {
      copies: await openCopies(args.copy, args),
      mayGoOn: throwIfStopped,
      onProgress: (progress) => bar.show(progress),
    })
    if (dump.kind === 'directory' && args.target === undefined && process.stdout.isTTY)
      throw new UsageError('an archive is nothing for a terminal: pipe it into tar, or give --target FILE')
    if (args.target === undefined) await write(dump, bar, toStdout)
    else await toFile(args.target, (take) => write(dump, bar, take))
  },
}

async function write(dump: Dump, bar: ProgressBar, take: Take): Promise<void> {
  const { leftOut } = await dump.write(take)
  bar.end()
  if (leftOut.length > 0) warn(`archives cannot hold sockets; left out: ${leftOut.map(shownPath).join(', ')}`)
}

/** Readable only by its owner, because its content may be confidential. An incomplete file is removed. */
async function toFile(target: string, fill: (take: Take) => Promise<void>): Promise<void> {
  let file: number
  try {
    file = openSync(target, 'wx', 0o600)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) throw new UsageError(`${target} is there already; give a name that is free`)
    throw fileSystemError(error, `cannot create ${target}`)
  }
  try {
    await fill(async (part) => {
      writeAll(file, [part])
    })
    fsyncSync(file)
  } catch (error) {
    unlinkSync(target)
    throw fileSystemError(error, `cannot write ${target}`)
  } finally {
    closeSync(file)
  }
}
