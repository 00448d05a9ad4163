import { existsSync, readdirSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { directoryTarget } from '../../adapters/real/directory-target.ts'
import { restore } from '../../engine/index.ts'
import { bytes, duration } from '../../report/human.ts'
import { UsageError } from '../exit.ts'
import { findSnapshot, open, openAt, pathInSnapshot, repositoryOptions, requestsAtOnce } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId, shownPath } from './print.ts'
import { progressBar } from './progress.ts'

interface RestoreArguments extends RepositoryArguments {
  snapshot: string
  target: string
  only: string[] | undefined
  overwrite: boolean
  resume: boolean
  copy: string | undefined
}

/** `firedrill repo restore DIR SNAPSHOT TARGET` */
export const restoreCommand: CommandModule<object, RestoreArguments> = {
  command: 'restore <repository> <snapshot> <target>',
  describe: 'Restore a snapshot, or part of it, to a directory',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .positional('snapshot', { type: 'string', demandOption: true, describe: "Id, its beginning, or 'latest'" })
      .positional('target', { type: 'string', demandOption: true, describe: 'Directory to restore to' })
      .option('only', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'A path inside the snapshot; may be given more than once',
      })
      .option('overwrite', {
        type: 'boolean',
        default: false,
        describe: 'Restore into a directory that is not empty, replacing files of the same names',
      })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'Go on with a restore that was interrupted: files that are right are kept',
      })
      .option('copy', {
        type: 'string',
        requiresArg: true,
        describe: 'Repository that was copied from or to: what is damaged here is read there',
      })
      .example('$0 repo restore /mnt/disk/backups latest /tmp/back --only letters/2026', 'one folder'),
  async handler(args) {
    requireRoom(args)
    const repository = await open(args)
    const snapshot = await findSnapshot(repository, args.snapshot)
    const target = directoryTarget(args.target, {
      onIncomplete: (reason) => process.stderr.write(`warning: ${reason}\n`),
    })
    const bar = progressBar('restore')
    const started_ms = performance.now()
    const report = await restore(repository, snapshot.id, target, {
      downloads: requestsAtOnce(args.repository),
      request_bytes: 4 * 1024 * 1024,
      resume: args.resume,
      ...(args.copy === undefined ? {} : { fallback: await openAt(args.copy, args) }),
      ...(args.only === undefined ? {} : { only: args.only.map(pathInSnapshot) }),
      onProgress: (progress) => bar.show(progress, args.only === undefined ? snapshot.source_bytes : undefined),
    })
    await target.flush()
    bar.end()
    print(
      args,
      report,
      () =>
        `Restored ${counted(report.files, 'file')}, ${bytes(report.restored_bytes)}, of snapshot ${shortId(snapshot.id)}` +
        ` to ${args.target} in ${duration((performance.now() - started_ms) / 1000)}`,
    )
    for (const { path, reason } of report.failedFiles) process.stderr.write(`failed: ${shownPath(path)}: ${reason}\n`)
    if (report.failedFiles.length > 0)
      throw new Error(`${counted(report.failedFiles.length, 'file')} could not be restored`)
  },
}

function requireRoom({ target, overwrite, resume }: RestoreArguments): void {
  if (overwrite || resume || !existsSync(target) || readdirSync(target).length === 0) return
  throw new UsageError(
    `${target} is not empty; restore to a new directory, or give --overwrite to replace files of the same names`,
  )
}
