import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArgumentsCamelCase, CommandModule } from 'yargs'
import { directoryTarget } from '../../adapters/real/directory-target.ts'
import { restore } from '../../engine/index.ts'
import type { Repository, RestoreReport, Snapshot } from '../../engine/index.ts'
import { bytes, duration, instant } from '../../report/human.ts'
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
      .positional('snapshot', {
        type: 'string',
        demandOption: true,
        describe: "Id, its beginning, or 'latest'; of several, set apart by commas, each gets a folder of its own",
      })
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
      .example('$0 repo restore /mnt/disk/backups latest /tmp/back --only letters/2026', 'one folder')
      .example('$0 repo restore /mnt/disk/backups 3f2a,91c0 /tmp/back --only report.odt', 'two versions of a file'),
  async handler(args) {
    requireRoom(args)
    const repository = await open(args)
    const fallback = args.copy === undefined ? undefined : await openAt(args.copy, args)
    const words = args.snapshot.split(',').filter((word) => word !== '')
    const snapshots = await Promise.all(words.map((word) => findSnapshot(repository, word)))
    const [only] = snapshots
    if (only === undefined) throw new UsageError('say which snapshot to restore')
    const restored: Restored[] = []
    for (const snapshot of snapshots)
      restored.push(
        await restoreOne(
          args,
          repository,
          snapshot,
          snapshots.length === 1 ? args.target : folderOf(args.target, snapshot),
          fallback,
        ),
      )
    print(
      args,
      snapshots.length === 1 ? restored[0]!.report : restored.map(({ report, target }) => ({ target, ...report })),
      () => restored.map(({ text }) => text).join('\n'),
    )
    const failed = restored.flatMap(({ report }) => report.failedFiles)
    for (const { path, reason } of failed) process.stderr.write(`failed: ${shownPath(path)}: ${reason}\n`)
    if (failed.length > 0) throw new Error(`${counted(failed.length, 'file')} could not be restored`)
  },
}

interface Restored {
  readonly target: string
  readonly report: RestoreReport
  readonly text: string
}

async function restoreOne(
  args: ArgumentsCamelCase<RestoreArguments>,
  repository: Repository,
  snapshot: Snapshot,
  directory: string,
  fallback: Repository | undefined,
): Promise<Restored> {
  const target = directoryTarget(directory, {
    onIncomplete: (reason) => process.stderr.write(`warning: ${reason}\n`),
  })
  const bar = progressBar('restore')
  const started_ms = performance.now()
  const report = await restore(repository, snapshot.id, target, {
    downloads: requestsAtOnce(args.repository),
    request_bytes: 4 * 1024 * 1024,
    resume: args.resume,
    ...(fallback === undefined ? {} : { fallback }),
    ...(args.only === undefined ? {} : { only: args.only.map(pathInSnapshot) }),
    onProgress: (progress) => bar.show(progress, args.only === undefined ? snapshot.source_bytes : undefined),
  })
  await target.flush()
  bar.end()
  const text =
    `Restored ${counted(report.files, 'file')}, ${bytes(report.restored_bytes)}, of snapshot ${shortId(snapshot.id)}` +
    ` to ${directory} in ${duration((performance.now() - started_ms) / 1000)}`
  return { target: directory, report, text }
}

/** 'target/2026-01-05T2200-3f2a91c0': in order of time, and told apart. */
function folderOf(target: string, { time, id }: Snapshot): string {
  return join(target, `${instant(time).replace(' ', 'T').replace(':', '')}-${shortId(id)}`)
}

function requireRoom({ target, overwrite, resume }: RestoreArguments): void {
  if (overwrite || resume || !existsSync(target) || readdirSync(target).length === 0) return
  throw new UsageError(
    `${target} is not empty; restore to a new directory, or give --overwrite to replace files of the same names`,
  )
}
