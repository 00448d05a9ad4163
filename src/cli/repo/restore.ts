import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArgumentsCamelCase, CommandModule } from 'yargs'
import { directorySource } from '../../adapters/real/directory-source.ts'
import { directoryTarget } from '../../adapters/real/directory-target.ts'
import { previewRestore, restore } from '../../engine/index.ts'
import type { Repository, RestorePreview, RestoreReport, Snapshot } from '../../engine/index.ts'
import type { SourceTree } from '../../engine/ports.ts'
import { bytes, count, duration, instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import {
  open,
  COPY_OPTION,
  openCopies,
  pathInSnapshot,
  repositoryOptions,
  restoredAtOnce,
  restoringThreads,
  otherRepositoryOptions,
} from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { counted, print, shortId, shownPath, warn } from './print.ts'
import { progressBar } from './progress.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface RestoreArguments extends RepositoryArguments, OtherRepositoryArguments, ChoiceArguments {
  snapshot: string
  target: string
  only: string[] | undefined
  overwrite: boolean
  resume: boolean
  'dry-run': boolean
  copy: string[] | undefined
}

/** `firedrill repo restore DIR SNAPSHOT TARGET` */
export const restoreCommand: CommandModule<object, RestoreArguments> = {
  command: 'restore <repository> <snapshot> <target>',
  describe: 'Restore a snapshot, or part of it, to a directory',
  builder: (yargs) =>
    choiceOptions(otherRepositoryOptions(repositoryOptions(yargs)))
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
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe:
          'Only say what would be written there: + new, M replaced, = written again as it seems to be, ! in the way',
      })
      .option('copy', COPY_OPTION)
      .example('$0 repo restore /mnt/disk/backups latest /tmp/back --only letters/2026', 'one folder')
      .example('$0 repo restore /mnt/disk/backups 3f2a,91c0 /tmp/back --only report.odt', 'two versions of a file'),
  async handler(args) {
    requireRoom(args)
    const repository = await open(args, restoringThreads())
    const copies = await openCopies(args.copy, args)
    const words = args.snapshot.split(',').filter((word) => word !== '')
    const snapshots = await Promise.all(words.map((word) => findSnapshot(repository, word, args)))
    const [only] = snapshots
    if (only === undefined) throw new UsageError('say which snapshot to restore')
    const targetOf = (snapshot: Snapshot): string =>
      snapshots.length === 1 ? args.target : folderOf(args.target, snapshot)
    if (args.dryRun) return preview(args, repository, snapshots, targetOf)
    const restored: Restored[] = []
    for (const snapshot of snapshots)
      restored.push(await restoreOne(args, repository, snapshot, targetOf(snapshot), copies))
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
  copies: readonly Repository[],
): Promise<Restored> {
  const target = directoryTarget(directory, {
    onIncomplete: warn,
  })
  const bar = progressBar('restore')
  const started_ms = performance.now()
  const report = await restore(repository, snapshot.id, target, {
    downloads: restoredAtOnce(args.repository),
    request_bytes: 2 * 1024 * 1024,
    resume: args.resume,
    copies,
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

/** As of `diff`, and what stands in the way. */
const SIGNS = { create: '+', replace: 'M', rewrite: '=', blocked: '!' } as const

/** Says what a restore would do. */
async function preview(
  args: ArgumentsCamelCase<RestoreArguments>,
  repository: Repository,
  snapshots: readonly Snapshot[],
  targetOf: (snapshot: Snapshot) => string,
): Promise<void> {
  const previews: Array<RestorePreview & { target: string }> = []
  for (const snapshot of snapshots) {
    const target = targetOf(snapshot)
    // Where nothing is, everything would be new.
    const there = existsSync(target) ? await directorySource(target).snapshot() : EMPTY_TREE
    const only = args.only?.map(pathInSnapshot)
    previews.push({ target, ...(await previewRestore(repository, snapshot.id, there, only)) })
  }
  const shown = previews.map(({ entries, left, ...rest }) => ({
    ...rest,
    entries: entries.map((entry) => ({ ...entry, path: shownPath(entry.path) })),
    left: left.map(shownPath),
  }))
  print(args, shown.length === 1 ? shown[0] : shown, () => shown.map(previewText).join('\n'))
  const blocked = previews.flatMap(({ entries }) => entries.filter(({ does }) => does === 'blocked')).length
  if (blocked > 0)
    throw new Error(
      `${count(blocked)} of them cannot be restored: a directory is in the way of something else, or the reverse`,
    )
}

function previewText({ target, entries, written_bytes, left }: RestorePreview & { target: string }): string {
  const number = (does: keyof typeof SIGNS): string => count(entries.filter((entry) => entry.does === does).length)
  return [
    ...entries.map(({ does, path, kind }) => `${SIGNS[does]} ${path}${kind === 'directory' ? '/' : ''}`),
    `To ${target}: ${number('create')} new, ${number('replace')} replaced, ${number('rewrite')} written again with the same size` +
      ` and time, ${bytes(written_bytes)}; ${count(left.length)} of what is there would stay as it is`,
  ].join('\n')
}

const EMPTY_TREE: SourceTree = {
  time: 0,
  root: { name: '', kind: 'directory', metadata: { mode: 0, uid: 0, gid: 0, mtime_ns: 0n }, handle: undefined },
  list: async () => [],
  read: async () => new Uint8Array(0),
  unchanged: async () => true,
  release: async () => {},
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
