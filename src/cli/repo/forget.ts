import type { CommandModule } from 'yargs'
import { forget, retentionDialects, selectSnapshots } from '../../engine/index.ts'
import type { DialectName, ForgetReport, Repository, RetentionPolicy, Snapshot } from '../../engine/index.ts'
import { instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId, table } from './print.ts'
import { describePrune, pruneWithProgress } from './prune.ts'
import {
  choiceOptions,
  chosen,
  findSnapshot,
  groupingOf,
  groupingOption,
  groupsOf,
  tagsOf,
  warnOfTimesToCome,
} from './snapshot-choice.ts'
import type { ChoiceArguments, GroupingArguments } from './snapshot-choice.ts'

interface ForgetArguments extends RepositoryArguments, ChoiceArguments, GroupingArguments {
  snapshots: string[]
  keep: string[] | undefined
  'keep-tag': string[] | undefined
  dialect: DialectName
  prune: boolean
  'dry-run': boolean
}

const DIALECTS = Object.keys(retentionDialects).filter((name): name is DialectName => name in retentionDialects)

/** `firedrill repo forget DIR [SNAPSHOT..] [--keep RULE=COUNT]` */
export const forgetCommand: CommandModule<object, ForgetArguments> = {
  command: 'forget <repository> [snapshots..]',
  describe: 'Remove snapshots by name, or all that a policy does not keep; prune frees their space',
  builder: (yargs) =>
    groupingOption(choiceOptions(repositoryOptions(yargs)))
      .positional('snapshots', { type: 'string', array: true, default: [] as string[], describe: 'Ids to remove' })
      .option('keep', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe:
          'Policy instead of ids, rule by rule: daily=7 weekly=4 monthly=12; in dialect restic also within=1m, within-daily=1y6m',
      })
      .option('keep-tag', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Keep what has this tag, whatever the policy says; may be given more than once',
      })
      .option('dialect', {
        choices: DIALECTS,
        default: 'restic' as const,
        describe: 'Whose rules they are',
      })
      .option('prune', {
        type: 'boolean',
        default: false,
        describe:
          'Then free space, as firedrill repo prune does: what has long been needed no more is deleted, what was forgotten now is marked',
      })
      .option('dry-run', {
        alias: 'n',
        type: 'boolean',
        default: false,
        describe: 'Only say what would be removed',
      })
      .example('$0 repo forget /mnt/disk/backups --keep daily=7 weekly=4 --dry-run', 'try a policy'),
  async handler(args) {
    if ((args.keep === undefined) === (args.snapshots.length === 0))
      throw new UsageError('say which snapshots to forget: either ids, or a policy such as --keep daily=7 weekly=4')
    if (
      args.keep === undefined &&
      [args.host, args.dataset, args.tag, args.keepTag].some((given) => given !== undefined)
    )
      throw new UsageError(
        '--host, --dataset, --tag and --keep-tag go with a policy: add --keep, such as --keep daily=7',
      )
    const policy: RetentionPolicy = { dialect: args.dialect, ...rulesOf(args.keep ?? []) }
    const by = groupingOf(args.groupBy)
    const repository = await open(args)
    const all = chosen(await repository.snapshots(), args)
    if (args.keep !== undefined) warnOfTimesToCome(all)
    const choices: Choice[] =
      args.keep === undefined
        ? await Promise.all(
            args.snapshots.map(async (word) => ({
              ...(await findSnapshot(repository, word)),
              keep: false,
              reasons: [],
            })),
          )
        : groupsOf(all, by).flatMap((group) => choose(group, policy, tagsOf(args.keepTag)))
    const unwanted = choices.filter((choice) => !choice.keep).map((choice) => choice.id)
    const { forgotten, locked } = args.dryRun
      ? await wouldForget(repository, unwanted)
      : unwanted.length === 0
        ? { forgotten: unwanted, locked: unwanted }
        : await forget(repository, unwanted)
    const pruned = args.prune && !args.dryRun ? await pruneWithProgress(repository) : undefined
    const isLocked = (id: string): boolean => locked.includes(id)
    print(
      args,
      {
        dryRun: args.dryRun,
        snapshots: choices.map(({ id, time, dataset, keep, reasons }) => ({
          id,
          time,
          dataset,
          keep,
          reasons,
          ...(isLocked(id) ? { locked: true } : {}),
        })),
        ...(pruned === undefined ? {} : { pruned }),
      },
      () =>
        [
          table(
            choices.map((choice) => [
              choice.keep ? 'keep' : isLocked(choice.id) ? 'locked' : 'forget',
              shortId(choice.id),
              instant(choice.time),
              choice.dataset,
              choice.reasons.join(', '),
            ]),
          ),
          `${counted(forgotten.length, 'snapshot')} ${args.dryRun ? 'would be forgotten' : 'forgotten'}${pruned === undefined ? '; prune frees the space' : ''}`,
          ...(locked.length > 0 ? [`${counted(locked.length, 'snapshot')} locked, left for a later forget`] : []),
          ...(pruned === undefined ? [] : [describePrune(pruned)]),
        ].join('\n'),
    )
    // A policy comes again tomorrow; who names a snapshot wants it gone.
    if (args.keep === undefined && locked.length > 0)
      throw new Error(`${counted(locked.length, 'snapshot')} cannot be forgotten: the store holds a lock on it`)
  },
}

/** What object lock would leave of it. */
async function wouldForget(repository: Repository, ids: readonly string[]): Promise<ForgetReport> {
  const forgotten: string[] = []
  const locked: string[] = []
  for (const id of ids) {
    const { lockedUntil } = await repository.store.stat(`snapshots/${id}`)
    const isLocked = lockedUntil !== undefined && lockedUntil > Date.now() / 1000
    ;(isLocked ? locked : forgotten).push(id)
  }
  return { forgotten, locked }
}

type Choice = Snapshot & { keep: boolean; reasons: readonly string[] }

function choose(group: readonly Snapshot[], policy: RetentionPolicy, keepTags: readonly string[]): Choice[] {
  const decisions = selectSnapshots(group, policy, Date.now() / 1000)
  return group.map((snapshot, at) => {
    const tagged = keepTags.filter((tag) => snapshot.tags?.includes(tag))
    return {
      ...snapshot,
      keep: tagged.length > 0 || (decisions[at]?.keep ?? true),
      reasons: [...(decisions[at]?.reasons ?? []), ...tagged.map((tag) => `tag ${tag}`)],
    }
  })
}

function rulesOf(words: readonly string[]): Pick<RetentionPolicy, 'counts' | 'within'> {
  const counts: Record<string, number> = {}
  const within: Record<string, string> = {}
  for (const word of words) {
    const [, rule, value] = /^([a-z]+(?:-[a-z]+)?)=(-?\d+|(?:\d+[ymdh])+)$/.exec(word) ?? []
    if (rule === undefined || value === undefined)
      throw new UsageError(
        `--keep ${word}: write a rule and a count, such as daily=7, or a span of time, such as within=1y6m`,
      )
    if (/\d$/.test(value)) counts[rule] = Number(value)
    else within[rule] = value
  }
  return { counts, within }
}
