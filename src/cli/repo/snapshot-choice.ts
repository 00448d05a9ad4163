import type { Argv } from 'yargs'
import type { Repository, Snapshot } from '../../engine/index.ts'
import { instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { shortId, warn } from './print.ts'

/** Which snapshots are meant. */
export interface ChoiceArguments {
  host?: string | undefined
  dataset?: string | undefined
  tag?: string[] | undefined
}

export function choiceOptions<T>(yargs: Argv<T>): Argv<T & ChoiceArguments> {
  return yargs
    .option('host', { type: 'string', requiresArg: true, describe: 'Only snapshots of this host' })
    .option('dataset', { type: 'string', requiresArg: true, describe: 'Only snapshots of this dataset' })
    .option('tag', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Only snapshots with this tag; given more than once, with all of them',
    })
}

/** Those of a list that are meant. */
export function chosen(snapshots: readonly Snapshot[], { host, dataset, tag = [] }: ChoiceArguments): Snapshot[] {
  return snapshots.filter(
    (snapshot) =>
      (host === undefined || snapshot.host === host) &&
      (dataset === undefined || snapshot.dataset === dataset) &&
      tag.every((word) => snapshot.tags?.includes(word)),
  )
}

/** Differences between the clocks of machines up to this are ignored. */
const CLOCKS_DIFFER_S = 300

/** A snapshot that was just stored shows by how much the clocks of this machine and of the store differ. */
export async function warnOfClock(repository: Repository, snapshotId: string): Promise<void> {
  const now = Date.now() / 1000
  const { created } = await repository.store.stat(`snapshots/${snapshotId}`)
  if (Math.abs(now - created) <= CLOCKS_DIFFER_S) return
  warn(
    `it is ${instant(now)} by the clock of this machine and ${instant(created)} by that of the repository: policies and prunes go by these times; set the clock`,
  )
}

/**
 * Policies and 'latest' go by the times of snapshots: one that was made while a clock was wrong, or by somebody who
 * means harm, takes the place of those that are newer.
 */
export function warnOfTimesToCome(snapshots: readonly Snapshot[]): void {
  const now = Date.now() / 1000
  const newest = snapshots.at(-1)
  if (newest === undefined || newest.time <= now + CLOCKS_DIFFER_S) return
  warn(
    `snapshot ${shortId(newest.id)} is of ${instant(newest.time)}, and it is ${instant(now)} by the clock of this machine: 'latest' and policies take it for the newest; forget it if it is wrong, or set the clock`,
  )
}

/** What snapshots that take each other's place have in common. */
export type Grouping = ReadonlyArray<'host' | 'dataset' | 'tags'>

const BY_SOURCE: Grouping = ['host', 'dataset']

/** Snapshots that take each other's place: by default those of one dataset on one host. */
export function groupsOf(snapshots: readonly Snapshot[], by: Grouping = BY_SOURCE): Snapshot[][] {
  return [...Map.groupBy(snapshots, (snapshot) => JSON.stringify(by.map((each) => snapshot[each] ?? []))).values()]
}

export interface GroupingArguments {
  'group-by': string
}

export function groupingOption<T>(yargs: Argv<T>): Argv<T & GroupingArguments> {
  return yargs.option('group-by', {
    alias: 'g',
    type: 'string',
    requiresArg: true,
    default: BY_SOURCE.join(','),
    describe: "Which snapshots take each other's place: those with the same host, dataset, tags; none: all do",
  })
}

export function groupingOf(words: string): Grouping {
  return words
    .split(',')
    .filter((word) => word !== '' && word !== 'none')
    .map((word) => {
      if (word === 'host' || word === 'dataset' || word === 'tags') return word
      throw new UsageError(`--group-by ${words}: write some of host, dataset, tags, set apart by commas, or none`)
    })
}

/** The snapshot of an id or the beginning of one; 'latest' is the newest that is meant, 'latest~2' the second before it. */
export async function findSnapshot(
  repository: Repository,
  word: string,
  choice: ChoiceArguments = {},
): Promise<Snapshot> {
  if (word === '') throw new UsageError("say which snapshot: its id, the beginning of it, or 'latest'")
  const all = await repository.snapshots()
  if (all.length === 0) throw new Error('the repository has no snapshots yet; make one with: firedrill repo backup')
  const [, back] = /^latest(?:~(\d+))?$/.exec(word) ?? []
  if (word.startsWith('latest') && (word === 'latest' || back !== undefined)) {
    const snapshots = chosen(all, choice)
    const found = snapshots.at(-1 - Number(back ?? 0))
    if (found === undefined)
      throw new UsageError(
        `there is no snapshot ${word}: ${snapshots.length} of ${all.length} are of this host, dataset and tag; list them with: firedrill repo snapshots`,
      )
    return found
  }
  const matching = all.filter((snapshot) => snapshot.id.startsWith(word))
  const [found, other] = matching
  if (found === undefined)
    throw new UsageError(`there is no snapshot ${word}; list them with: firedrill repo snapshots`)
  if (other !== undefined)
    throw new UsageError(`${word} is the beginning of ${matching.length} snapshot ids; write more of it`)
  return found
}

/** The snapshots of some words, or all where none are given, as far as host, dataset and tag leave them; in order of time. */
export async function findSnapshots(
  repository: Repository,
  words: readonly string[],
  choice: ChoiceArguments,
): Promise<Snapshot[]> {
  const left = chosen(await repository.snapshots(), choice)
  if (words.length === 0) return left
  const named = await Promise.all(words.map((word) => findSnapshot(repository, word, choice)))
  return left.filter(({ id }) => named.some((each) => each.id === id))
}

/** Tags as they were typed: each a word without commas and blanks, so that they can be listed. */
export function tagsOf(words: readonly string[] = []): string[] {
  const tags = words.flatMap((word) => word.split(',')).filter((tag) => tag !== '')
  const wrong = tags.find((tag) => !/^[^\s\p{Cc}]+$/u.test(tag))
  if (wrong !== undefined) throw new UsageError(`--tag '${wrong}': a tag is a word without blanks`)
  return tags
}
