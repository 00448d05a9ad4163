import { hostname } from 'node:os'
import type { CommandModule } from 'yargs'
import { isS3Location } from '../../adapters/s3/s3-location.ts'
import { backup, hasSnapshots, setReplacedAside } from '../../engine/index.ts'
import type { BlobStore, Instant } from '../../engine/ports.ts'
import { bytes, duration, instant } from '../../report/text/human.ts'
import { IncompleteError, UsageError } from '../exit.ts'
import { chooseSource, sourceOptions } from './backup-source.ts'
import type { SourceArguments } from './backup-source.ts'
import { readChangedRanges } from './changed-ranges.ts'
import { open, repositoryOptions, uploadsAtOnce } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { instantOf } from './instants.ts'
import { lockOption, lockUntil, requireLocked, warnOfWeakLocks } from './lock-option.ts'
import type { LockArguments } from './lock-option.ts'
import { refuseRepositoryAsSource } from './named-repository.ts'
import { compressionLevelOf } from './compression-level.ts'
import { tagsOf, warnOfClock, warnOfTimesToCome } from './snapshot-choice.ts'
import { counted, print, shortId, shownPath, warn } from './print.ts'
import { progressBar } from './progress.ts'

const TYPES = ['snapshot', 'full', 'incremental', 'differential', 'reverse-incremental'] as const

interface BackupArguments extends RepositoryArguments, LockArguments, SourceArguments {
  type: (typeof TYPES)[number]
  host: string
  dataset: string | undefined
  time: string | undefined
  tag: string[] | undefined
  'changed-ranges': string | undefined
  'skip-if-unchanged': boolean
  force: boolean
  compression: string | undefined
  'dry-run': boolean
}

/** `firedrill repo backup DIR SOURCE..` */
export const backupCommand: CommandModule<object, BackupArguments> = {
  command: 'backup <repository> [sources..]',
  describe: 'Back up a directory tree, several, or what is piped in',
  builder: (yargs) =>
    sourceOptions(lockOption(repositoryOptions(yargs)))
      .option('type', {
        choices: TYPES,
        default: 'snapshot' as const,
        describe:
          'Which stored chunks it may lean on: all, none, those of its chain, those of the last full; reverse-incremental: all, and what it replaces goes to packs of the older snapshots (administrators only)',
      })
      .option('host', { type: 'string', requiresArg: true, default: hostname(), describe: 'Name recorded as the host' })
      .option('dataset', {
        type: 'string',
        requiresArg: true,
        describe: 'Name of what is backed up; by default its absolute path',
      })
      .option('time', {
        type: 'string',
        requiresArg: true,
        describe:
          'When the data was as it is backed up, where that is not now: of a snapshot of the file system; 2026-03-01 22:00 (UTC)',
      })
      .option('tag', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Word that the snapshot is marked with; may be given more than once',
      })
      .option('compression', {
        type: 'string',
        requiresArg: true,
        describe:
          'How hard new file content is compressed: off, fast (1), default (3), max (19), or a level of zstd from 1 to 22',
      })
      .option('changed-ranges', {
        type: 'string',
        requiresArg: true,
        describe:
          'JSON file that says where files, such as disk images, have changed since a snapshot; only that is read',
      })
      .option('skip-if-unchanged', {
        type: 'boolean',
        default: false,
        describe: 'Make no snapshot where a restore would give the same as of the newest of this dataset and host',
      })
      .option('force', {
        alias: 'f',
        type: 'boolean',
        default: false,
        describe:
          'Read every file, also those that have not changed by size, number and times; nothing is stored twice',
      })
      .option('dry-run', {
        alias: 'n',
        type: 'boolean',
        default: false,
        describe: 'Store nothing: read everything, and say what would be stored and (-) what the rules leave out',
      })
      .example('$0 repo backup /mnt/disk/backups ~/documents', 'only what is new is stored')
      .example('$0 repo backup /mnt/disk/backups /etc /home -x -e .cache', 'several, without caches and mounts')
      .example("$0 repo backup /mnt/disk/backups --stdin-command 'pg_dump db' --stdin-filename db.sql", 'a dump'),
  async handler(args) {
    const isFirst = async (store: BlobStore): Promise<boolean> =>
      !isS3Location(args.repository) && !(await hasSnapshots(store))
    refuseRepositoryAsSource(args.repository, args.sources)
    const chosen = chooseSource(args)
    if (args.force && args.changedRanges !== undefined)
      throw new UsageError(
        '--force reads everything, and --changed-ranges only what has changed: leave one of them out',
      )
    const tags = tagsOf(args.tag)
    const time = timeOf(args.time)
    const compressionLevel = compressionLevelOf(args.compression)
    if (args.changedRanges !== undefined && chosen.root === undefined)
      throw new UsageError('--changed-ranges tells of files in directories; what is piped in is read whole')
    if (args.dryRun && args.type === 'reverse-incremental')
      throw new UsageError(
        '--dry-run: what a reverse incremental backup would set aside is not known before it is made',
      )
    const repository = await open(args, { startsThreads: isFirst })
    // Checked before anything is stored: whoever may not do the second half must not begin the first.
    if (args.type === 'reverse-incremental') repository.requireAdministrator('set replaced chunks aside')
    const dataset = args.dataset ?? chosen.dataset
    // How much there will be to do is known from the last time.
    const earlier = (await repository.snapshots()).filter((snapshot) => snapshot.dataset === dataset)
    const last = earlier.at(-1)
    warnOfTimesToCome(earlier)
    const changes =
      args.changedRanges === undefined
        ? undefined
        : await readChangedRanges(args.changedRanges, chosen.root!, repository)
    const bar = progressBar('backup')
    const started_ms = performance.now()
    let skipped = 0
    const leftOut = (reason: string): void => {
      skipped++
      warn(`left out: ${reason}`)
    }
    const excluded: string[] = []
    const source = chosen.open({
      except: isS3Location(args.repository) ? [] : [args.repository],
      ...(changes === undefined ? {} : { changes }),
      onIncomplete: warn,
      onExcluded: (path) => void excluded.push(path),
      onSkipped: (_path, reason) => leftOut(reason),
    })
    for (const reason of chosen.missing) leftOut(reason)
    const report = await backup(repository, source, {
      ...(compressionLevel === undefined ? {} : { compressionLevel }),
      type: args.type === 'reverse-incremental' ? 'snapshot' : args.type,
      host: args.host,
      dataset,
      tags,
      ...(time === undefined ? {} : { time }),
      // Twice the longest chunk: larger windows only take memory.
      window_bytes: 4 * 1024 * 1024,
      uploads: uploadsAtOnce(args.repository),
      ...lockUntil(args),
      dryRun: args.dryRun,
      skipIfUnchanged: args.skipIfUnchanged,
      readAll: args.force,
      remember: false,
      onProgress: (progress) => bar.show(progress, last?.source_bytes),
    })
    const aside =
      args.type === 'reverse-incremental' && report.skipped === undefined
        ? await setReplacedAside(repository, report.snapshot.id, { uploads: uploadsAtOnce(args.repository) })
        : undefined
    bar.end()
    const { snapshot, unreadable, changedWhileRead } = report
    if (!args.dryRun && report.skipped === undefined) await warnOfClock(repository, snapshot.id)
    const wentBy = report.skipped === true ? snapshot.id : snapshot.base
    if (changes !== undefined && wentBy !== changes.since)
      warn(
        `all was read: ${args.changedRanges} tells of changes since snapshot ${shortId(changes.since)}, and this backup goes by ${wentBy === undefined ? 'none' : shortId(wentBy)}`,
      )
    if (!args.dryRun) warnOfWeakLocks(args, args.repository)
    for (const { reason } of unreadable) leftOut(reason)
    for (const path of changedWhileRead) {
      warn(`${shownPath(path)} changed while it was read; its content is of no single instant`)
    }
    const result = {
      ...report,
      excluded: excluded.length,
      ...(aside === undefined ? {} : { aside }),
      ...(args.dryRun ? { dryRun: true, excludedPaths: excluded } : {}),
    }
    print(args, result, () =>
      [
        ...(args.dryRun ? excluded.map((path) => `- ${path}`) : []),
        report.skipped === true
          ? `Nothing has changed in ${snapshot.dataset} since snapshot ${shortId(snapshot.id)} of ${instant(snapshot.time)}: none ${args.dryRun ? 'would be' : 'was'} made`
          : `${args.dryRun ? 'A snapshot' : `Snapshot ${shortId(snapshot.id)}`} of ${snapshot.dataset}` +
            `${args.dryRun ? ' would hold' : ':'} ${counted(snapshot.files, 'file')}, ${bytes(snapshot.source_bytes)}`,
        `${bytes(report.read_bytes)} read, ${bytes(report.new_bytes)} new, ${bytes(report.stored_bytes)} ${args.dryRun ? 'to be stored; nothing was,' : 'stored'}` +
          ` in ${duration((performance.now() - started_ms) / 1000)}`,
        ...(excluded.length === 0 ? [] : [`${counted(excluded.length, 'path')} left out as asked`]),
        ...(aside === undefined
          ? []
          : [
              `${bytes(aside.moved_bytes)} set aside for older snapshots, ${bytes(aside.rewritten_bytes)} that lay beside them written anew`,
            ]),
      ].join('\n'),
    )
    if (skipped > 0)
      throw new IncompleteError(
        `the snapshot ${args.dryRun ? 'would not be' : 'is not'} complete: ${counted(skipped, 'entry', 'entries')} could not be read`,
      )
    requireLocked(report.locks)
  },
}

/** A time to come would be kept as the newest by every policy until it has passed. */
function timeOf(written: string | undefined): Instant | undefined {
  if (written === undefined) return undefined
  const time = instantOf('--time', written)
  if (time > Date.now() / 1000) throw new UsageError(`--time ${written}: that has not been yet`)
  return time
}
