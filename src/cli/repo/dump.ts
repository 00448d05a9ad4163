import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { writeAll } from '../../adapters/real/file-bytes.ts'
import { heldBytes } from '../../adapters/real/held-bytes.ts'
import { fileSystemError, isSystemError } from '../../adapters/real/system-errors.ts'
import { dumpFolder, kindAt, readFile } from '../../engine/index.ts'
import type { Repository } from '../../engine/index.ts'
import type { Content } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'
import { open, pathInSnapshot, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { shownPath, toStdout, warn } from './print.ts'
import { progressBar } from './progress.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'
import { throwIfStopped } from './stop.ts'

interface DumpArguments extends RepositoryArguments, ChoiceArguments {
  snapshot: string
  path: string
  target: string | undefined
}

/** `firedrill repo dump DIR SNAPSHOT [PATH] [--target FILE]` */
export const dumpCommand: CommandModule<object, DumpArguments> = {
  command: 'dump <repository> <snapshot> [path]',
  describe: 'Write a folder of a snapshot as a tar archive, or the bytes of a file, to stdout or to a file',
  builder: (yargs) =>
    choiceOptions(repositoryOptions(yargs))
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
      .example('$0 repo dump /mnt/disk/backups latest letters | ssh other tar x', 'a folder, onto another machine')
      .example('$0 repo dump /mnt/disk/backups latest -t all.tar', 'everything, with owners, times and attributes'),
  async handler(args) {
    const path = /^[./]*$/.test(args.path) ? '' : pathInSnapshot(args.path)
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    const kind = await kindAt(repository, id, path)
    if (kind === 'directory' && args.target === undefined && process.stdout.isTTY)
      throw new UsageError('an archive is nothing for a terminal: pipe it into tar, or give --target FILE')
    if (args.target === undefined) await dump(repository, id, path, kind === 'directory', toStdout)
    else await toFile(args.target, (take) => dump(repository, id, path, kind === 'directory', take))
  },
}

type TakeContent = (part: Content) => Promise<void>

async function dump(
  repository: Repository,
  id: string,
  path: string,
  isFolder: boolean,
  take: TakeContent,
): Promise<void> {
  const bar = progressBar('dump')
  if (isFolder) {
    const { leftOut } = await dumpFolder(repository, id, path, take, { onProgress: (progress) => bar.show(progress) })
    bar.end()
    if (leftOut.length > 0) warn(`archives cannot hold sockets; left out: ${leftOut.map(shownPath).join(', ')}`)
  } else {
    await readFile(repository, id, path, take)
    bar.end()
  }
}

/** A file for nobody else, as what is in it may not be for everybody. What is not whole is taken away again. */
async function toFile(target: string, write: (take: TakeContent) => Promise<void>): Promise<void> {
  let file: number
  try {
    file = openSync(target, 'wx', 0o600)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) throw new UsageError(`${target} is there already; give a name that is free`)
    throw fileSystemError(error, `cannot create ${target}`)
  }
  try {
    await write(async (part) => {
      throwIfStopped()
      writeAll(file, [heldBytes(part)])
    })
    fsyncSync(file)
  } catch (error) {
    unlinkSync(target)
    throw fileSystemError(error, `cannot write ${target}`)
  } finally {
    closeSync(file)
  }
}
