import type { CommandModule } from 'yargs'
import { damagedConfigs, mendConfigs, repair } from '../../engine/index.ts'
import type { RepairReport } from '../../engine/index.ts'
import { open, openOther, otherRepositoryOptions, repositoryOptions } from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { counted, print, shortId } from './print.ts'
import { progressBar } from './progress.ts'

interface RepairArguments extends RepositoryArguments, OtherRepositoryArguments {
  'read-data': boolean
  'forget-damaged': boolean
  'dry-run': boolean
  copy: string | undefined
}

/** `firedrill repo repair DIR` */
export const repairCommand: CommandModule<object, RepairArguments> = {
  command: 'repair <repository>',
  describe: 'Make the index anew from the packs, and find out which snapshots are damaged',
  builder: (yargs) =>
    otherRepositoryOptions(repositoryOptions(yargs))
      .option('read-data', {
        type: 'boolean',
        default: false,
        describe: 'Read every byte; save what is sound in damaged packs',
      })
      .option('forget-damaged', {
        type: 'boolean',
        default: false,
        describe: 'Forget snapshots that cannot be restored whole',
      })
      .option('copy', {
        type: 'string',
        requiresArg: true,
        describe: 'Repository that was copied from or to: what is lost here is fetched there and stored anew',
      })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'Only say what would be done' })
      .example('$0 repo repair /mnt/disk/backups --read-data --dry-run', 'what is damaged, and what it hits'),
  async handler(args) {
    const repository = await open(args)
    const donor = args.copy === undefined ? undefined : await openOther(args.copy, args)
    const configs = args.dryRun ? await damagedConfigs(repository) : await mendConfigs(repository)
    const bar = progressBar('repair')
    const report = await repair(repository, {
      readData: args.readData,
      forgetDamaged: args.forgetDamaged,
      dryRun: args.dryRun,
      ...(donor === undefined ? {} : { donor }),
      onProgress: (progress) => bar.show(progress),
    })
    bar.end()
    const mended = configs.map(
      ({ blob, isMissing }) =>
        `${blob} ${args.dryRun ? 'would be' : 'was'} written anew: it ${args.dryRun ? 'is' : 'was'} ${isMissing ? 'not there' : 'damaged'}`,
    )
    print(args, { ...report, configs }, () => [...mended, describe(report, args.readData)].join('\n'))
    const left = new Set(report.damagedSnapshots.map(({ subject }) => subject)).size - report.forgotten.length
    if (left > 0) throw new Error(`${counted(left, 'snapshot')} cannot be restored whole; see --forget-damaged`)
  },
}

function describe(
  { dryRun, packs, damagedPacks, damagedSnapshots, forgotten, locked, fetched }: RepairReport,
  readData: boolean,
): string {
  return [
    ...damagedPacks.map(({ name, reason, rescued, lost }) =>
      rescued + lost === 0
        ? `pack ${name}: ${reason}`
        : `pack ${name}: ${reason}; ${counted(rescued, 'chunk')} ${dryRun ? 'could be ' : ''}saved, ${counted(lost, 'chunk')} lost`,
    ),
    ...damagedSnapshots.map(({ subject, message }) => `snapshot ${shortId(subject)}: ${message}`),
    `The index ${dryRun ? 'would list' : 'lists'} ${counted(packs, 'pack')}, ${counted(damagedPacks.length, 'pack')} damaged${readData ? '' : '; data was not read (--read-data)'}`,
    ...(fetched > 0 ? [`${counted(fetched, 'chunk')} ${dryRun ? 'would be ' : ''}fetched from the copy`] : []),
    ...(forgotten.length > 0 ? [`${counted(forgotten.length, 'snapshot')} forgotten`] : []),
    ...(locked.length > 0
      ? [`${counted(locked.length, 'blob')} locked, left in place: repair again when the locks have ended`]
      : []),
  ].join('\n')
}
