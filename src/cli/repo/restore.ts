import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ArgumentsCamelCase, CommandModule } from 'yargs'
import { directorySource } from '../../adapters/real/source/directory-source.ts'
import { directoryTarget } from '../../adapters/real/target/directory-target.ts'
import { fileSystemError } from '../../adapters/real/system-errors.ts'
import { compareWithSnapshot, restore } from '../../engine/index.ts'
import type { Repository, RestoreOptions, RestoreReport, Snapshot, TreeDifference } from '../../engine/index.ts'
import { bytes, count, duration, instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { visibleText } from '../visible-text.ts'
import {
  open,
  COPY_OPTION,
  openCopies,
  repositoryOptions,
  restoredAtOnce,
  restoringThreads,
  otherRepositoryOptions,
} from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { counted, print, shortId, shownPath, warn } from './print.ts'
import { differenceText, shownDifference } from './differences.ts'
import { progressBar } from './progress.ts'
import { restoreChoice, restoreChoiceOptions } from './restore-choice.ts'
import type { RestoreChoiceArguments } from './restore-choice.ts'
import { previewRestores } from './restore-preview.ts'
import { sparingRepositories } from './spared-repositories.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface RestoreArguments
  extends RepositoryArguments, OtherRepositoryArguments, ChoiceArguments, RestoreChoiceArguments {
  snapshot: string
  target: string
  resume: boolean
  verify: boolean
  'dry-run': boolean
  copy: string[] | undefined
}

/** `firedrill repo restore DIR SNAPSHOT TARGET` */
export const restoreCommand: CommandModule<object, RestoreArguments> = {
  command: 'restore <repository> <snapshot> <target>',
  describe: 'Restore a snapshot, or part of it, to a directory',
  builder: (yargs) =>
    restoreChoiceOptions(choiceOptions(otherRepositoryOptions(repositoryOptions(yargs))))
      .positional('snapshot', {
        type: 'string',
        demandOption: true,
        describe: "Id, its beginning, or 'latest'; of several, set apart by commas, each gets a folder of its own",
      })
      .positional('target', { type: 'string', demandOption: true, describe: 'Directory to restore to' })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'Go on with a restore that was interrupted: files that are right are kept',
      })
      .option('verify', {
        type: 'boolean',
        default: false,
        describe:
          'Read what was restored once more from the disk, and hold it against the snapshot: content, mode, owner, time, attributes, links',
      })
      .option('dry-run', {
        alias: 'n',
        type: 'boolean',
        default: false,
        describe:
          'Only say what would be done there: + new, M replaced, = as it seems to be already, - taken away, ! in the way',
      })
      .option('copy', COPY_OPTION)
      .example('$0 repo restore /mnt/disk/backups latest /tmp/back --only letters/2026', 'one folder')
      .example('$0 repo restore /mnt/disk/backups 3f2a,91c0 /tmp/back --only report.odt', 'two versions of a file')
      .example('$0 repo restore /mnt/disk/backups latest ~/site --delete --dry-run', 'what would make it as it was?'),
  async handler(args) {
    requireRoom(args)
    const choice = restoreChoice(args)
    const repository = await open(args, { threads: restoringThreads() })
    const copies = await openCopies(args.copy, args)
    const words = args.snapshot.split(',').filter((word) => word !== '')
    const snapshots = await Promise.all(words.map((word) => findSnapshot(repository, word, args)))
    const [only] = snapshots
    if (only === undefined) throw new UsageError('say which snapshot to restore')
    const targetOf = (snapshot: Snapshot): string =>
      snapshots.length === 1 ? args.target : folderOf(args.target, snapshot)
    const repositories = [args.repository, ...(args.copy ?? [])]
    const wanted = snapshots.map((snapshot) => {
      const target = targetOf(snapshot)
      return { snapshot, target, choice: sparingRepositories(choice, target, repositories) }
    })
    if (args.dryRun) return previewRestores(args, repository, wanted)
    const restored: Restored[] = []
    for (const { snapshot, target, choice: sparing } of wanted)
      restored.push(await restoreOne(args, repository, snapshot, target, { ...sparing, copies }))
    const results = restored.map(({ report, target, different }) => ({
      ...(snapshots.length === 1 ? {} : { target }),
      ...report,
      ...(args.verify ? { different: different.map(shownDifference) } : {}),
    }))
    print(args, snapshots.length === 1 ? results[0] : results, () => restored.map(({ text }) => text).join('\n'))
    const failed = restored.flatMap(({ report }) => report.failedFiles)
    for (const { path, reason } of failed) process.stderr.write(`failed: ${shownPath(path)}: ${visibleText(reason)}\n`)
    if (failed.length > 0) throw new Error(`${counted(failed.length, 'file')} could not be restored`)
    const different = restored.flatMap((each) => each.different)
    for (const each of different) process.stderr.write(`${differenceText(each)}\n`)
    if (different.length > 0)
      throw new Error(`the disk does not give back what was restored: ${counted(different.length, 'difference')}`)
  },
}

interface Restored {
  readonly target: string
  readonly report: RestoreReport
  readonly text: string
  /** Where the disk has something else, if that was looked for. */
  readonly different: readonly TreeDifference[]
}

async function restoreOne(
  args: ArgumentsCamelCase<RestoreArguments>,
  repository: Repository,
  snapshot: Snapshot,
  directory: string,
  options: RestoreOptions,
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
    ...options,
    onProgress: (progress) => bar.show(progress, isPart(options) ? undefined : snapshot.source_bytes),
  })
  await target.flush()
  bar.end()
  const { keptFiles, removed } = report
  const different = args.verify ? await differencesFrom(repository, snapshot, directory, options) : []
  const text =
    `Restored ${counted(report.files, 'file')}, ${bytes(report.restored_bytes)}, of snapshot ${shortId(snapshot.id)}` +
    ` to ${directory} in ${duration((performance.now() - started_ms) / 1000)}` +
    (keptFiles === 0 ? '' : `; ${counted(keptFiles, 'file')} kept or left as they were`) +
    (removed === 0 ? '' : `; ${count(removed)} of what was there taken away`) +
    (args.verify && different.length === 0 ? '; read again, and the same, with its metadata' : '')
  return { target: directory, report, text, different }
}

const isPart = ({ only, include, exclude }: RestoreOptions): boolean =>
  [only, include, exclude].some((given) => given !== undefined)

/** Where the disk does not give what was to be restored. */
async function differencesFrom(
  repository: Repository,
  snapshot: Snapshot,
  directory: string,
  options: RestoreOptions,
): Promise<TreeDifference[]> {
  const bar = progressBar('verify')
  const { differences } = await compareWithSnapshot(repository, snapshot.id, directorySource(directory), {
    ...options,
    onProgress: (progress) => bar.show(progress),
  })
  bar.end()
  // What was there before is no failure.
  const wrong = differences.filter(({ difference }) => difference !== 'extra')
  if (process.getuid?.() === 0) return wrong
  const settable = wrong.flatMap(thatUsersMaySet)
  const others = wrong.length - settable.length
  if (others > 0)
    warn(`${counted(others, 'entry', 'entries')} belong to others than was recorded: only root may give them away`)
  return settable
}

/** Without what only root may set: owners, and bits that would lend the rights of another than the recorded one. */
function thatUsersMaySet(found: TreeDifference): TreeDifference[] {
  const { metadata } = found
  if (metadata === undefined) return [found]
  const isAnothers = metadata.some(({ what }) => what === 'owner')
  const left = metadata.filter(({ what }) => what !== 'owner' && !(isAnothers && what === 'missing set-id bits'))
  return left.length === 0 ? [] : [{ ...found, metadata: left }]
}

/** 'target/2026-01-05T2200-3f2a91c0': in order of time, and told apart. */
function folderOf(target: string, { time, id }: Snapshot): string {
  return join(target, `${instant(time).replace(' ', 'T').replace(':', '')}-${shortId(id)}`)
}

function requireRoom(args: RestoreArguments): void {
  const { target, overwrite, resume, verify } = args
  if (target === '')
    throw new UsageError('the directory to restore to is an empty word; is a variable not set that it comes from?')
  if (resume && overwrite !== undefined)
    throw new UsageError('--resume keeps what is right and replaces all else: leave --overwrite out')
  if (verify && (overwrite === 'never' || overwrite === 'if-newer'))
    throw new UsageError(`--verify: with --overwrite ${overwrite} files may stay that differ from the snapshot`)
  if (args.delete && resolve(target) === '/')
    throw new UsageError(
      '--delete would take away all of this machine that is not in the snapshot: restore to a directory',
    )
  if (overwrite !== undefined || resume || args.delete) return
  if (!existsSync(target) || isEmpty(target)) return
  throw new UsageError(
    `${target} is not empty; restore to a new directory, or give --overwrite to replace files of the same names`,
  )
}

function isEmpty(target: string): boolean {
  try {
    return readdirSync(target).length === 0
  } catch (error) {
    throw fileSystemError(error, `cannot restore to ${target}`)
  }
}
