import type { CommandModule } from 'yargs'
import { prune } from '../../engine/index.ts'
import type { PruneOptions, PruneReport, Repository } from '../../engine/index.ts'
import { bytes } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print } from './print.ts'
import { progressBar } from './progress.ts'

interface PruneArguments extends RepositoryArguments {
  'max-unused': number
  grace: number
  unfinished: number
  'dry-run': boolean
}

const MAX_UNUSED_PERCENT = 5
const GRACE_H = 48
const UNFINISHED_DAYS = 14

/** `firedrill repo prune DIR` */
export const pruneCommand: CommandModule<object, PruneArguments> = {
  command: 'prune <repository>',
  describe: 'Free the space of what no snapshot needs any more',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .option('max-unused', {
        type: 'number',
        requiresArg: true,
        default: MAX_UNUSED_PERCENT,
        describe: 'Percent of unused data that may stay, rather than be rewritten',
      })
      .option('grace', {
        type: 'number',
        requiresArg: true,
        default: GRACE_H,
        describe:
          'Hours between marking a pack and deleting it; longer than any backup takes. 0 when nothing else runs',
      })
      .option('unfinished', {
        type: 'number',
        requiresArg: true,
        default: UNFINISHED_DAYS,
        describe:
          'Days for which what has been stored since the last snapshot is left, for a backup of many nights to go on from',
      })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'Only say what would be done' })
      .example('$0 repo prune /mnt/disk/backups', 'marks now, deletes at a later prune'),
  async handler(args) {
    if (!(args.maxUnused >= 0 && args.maxUnused <= 100)) throw new UsageError('--max-unused takes 0 to 100 percent')
    if (!(args.grace >= 0)) throw new UsageError('--grace takes hours, 0 or more')
    if (!(args.unfinished >= 0)) throw new UsageError('--unfinished takes days, 0 or more')
    const repository = await open(args)
    const report = await pruneWithProgress(repository, {
      maxUnused: args.maxUnused / 100,
      grace_s: args.grace * 3600,
      unfinished_s: args.unfinished * 86_400,
      dryRun: args.dryRun,
    })
    print(args, report, () => describePrune(report))
  },
}

/** As the command does it without options. */
const AS_USUAL: PruneOptions = {
  maxUnused: MAX_UNUSED_PERCENT / 100,
  grace_s: GRACE_H * 3600,
  unfinished_s: UNFINISHED_DAYS * 86_400,
}

export async function pruneWithProgress(repository: Repository, options = AS_USUAL): Promise<PruneReport> {
  const bar = progressBar('prune')
  const report = await prune(repository, {
    checksClocks: true,
    ...options,
    onProgress: (progress) => bar.show(progress),
  })
  bar.end()
  return report
}

export function describePrune({ dryRun, plan, freed_bytes, stored_bytes, before_bytes }: PruneReport): string {
  const did = (would: string, done: string): string => (dryRun ? would : done)
  const lines = [
    `${counted(plan.remove.length, 'pack')} ${did('would be', '')} deleted, ${bytes(dryRun ? plan.freed_bytes : freed_bytes)} ${did('would be', '')} freed`,
    `${counted(plan.mark.length + plan.repack.length, 'pack')} ${did('would be', '')} marked, to be deleted by a later prune`,
  ]
  if (plan.repack.length > 0)
    lines.push(
      `${counted(plan.repack.length, 'pack')} ${did('would be', '')} rewritten as ${bytes(dryRun ? plan.repacked_bytes : stored_bytes)}`,
    )
  if (plan.waiting.length > 0)
    lines.push(`${counted(plan.waiting.length, 'pack')} wait for the end of their grace period`)
  if (plan.unfinished.length > 0)
    lines.push(
      `${counted(plan.unfinished.length, 'pack')} stored since the last snapshot, left for a backup to go on from; --unfinished 0 marks them too`,
    )
  if (plan.locked.length > 0) lines.push(`${counted(plan.locked.length, 'pack')} locked, left for a later prune`)
  lines.push(`${bytes(before_bytes)} were stored before; ${bytes(plan.unused_bytes)} of what stays are not used`)
  return lines.map((line) => line.replaceAll(/ {2,}/g, ' ')).join('\n')
}
