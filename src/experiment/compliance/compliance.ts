import type { ComplianceRule } from '../../scenario/scenario.ts'
import { atLeast, length_s, union, without } from './interval-set.ts'
import type { IntervalSet } from './interval-set.ts'

export type Requirement = 'copies' | 'media' | 'offsite' | 'immutable' | 'verified' | 'keep-at-least' | 'keep-at-most'

/** One place that holds copies of a dataset: a store, or the node of a replica. Times are seconds since start. */
export interface CopyPlace {
  readonly medium: string
  readonly site: string
  /** What is kept there cannot be changed for so long after it came; 0: it can. Infinity: while it is there. */
  readonly immutable_s: number
  readonly points: ReadonlyArray<{ readonly cut_s: number; readonly since_s: number; readonly until_s: number }>
  /** When it was checked, and whether without an error; undefined where nothing can be checked. */
  readonly checks: ReadonlyArray<{ readonly ended_s: number; readonly sound: boolean }> | undefined
}

/** What is known of a dataset's copies over time. */
export interface CopyHistory {
  readonly site: string
  readonly medium: string
  readonly places: readonly CopyPlace[]
}

/** How long a requirement was not met, exactly. */
export interface ComplianceFinding {
  readonly requirement: Requirement | 'all'
  /** Share of the time in which it was met. */
  readonly met: number
  readonly breaches: number
  readonly longestBreach_s: number
}

/** What a rule finds in a history: each of its requirements, and all of them together. */
export function findings(
  rule: ComplianceRule,
  history: CopyHistory,
  span: { readonly from_s: number; readonly to_s: number },
): ComplianceFinding[] {
  const all: IntervalSet = [[span.from_s, span.to_s]]
  const breaches = breachesOf(rule, history, span)
  const each = [...breaches].map(([requirement, breach]) => ({ requirement, breach: within(all, breach) }))
  const any = union(each.flatMap(({ breach }) => breach))
  return [...each, { requirement: 'all' as const, breach: any }].map(({ requirement, breach }) => ({
    requirement,
    met: 1 - length_s(breach) / length_s(all),
    breaches: breach.length,
    longestBreach_s: Math.max(0, ...breach.map(([from_s, to_s]) => to_s - from_s)),
  }))
}

/** When each requirement of the rule is not met, also outside the span. */
function breachesOf(
  rule: ComplianceRule,
  history: CopyHistory,
  { from_s, to_s }: { readonly from_s: number; readonly to_s: number },
): Map<Requirement, IntervalSet> {
  const always: IntervalSet = [[Math.min(0, from_s), to_s]]
  const breaches = new Map<Requirement, IntervalSet>()
  const held = history.places.map((place) => ({ place, times: heldAt(place, rule.maxAge_s) }))
  const need = (requirement: Requirement, count: number | undefined, sets: readonly IntervalSet[]): void => {
    if (count !== undefined) breaches.set(requirement, without(always, atLeast(count, sets)))
  }
  need('copies', rule.copies, [always, ...held.map(({ times }) => times)])
  const byMedium = Map.groupBy(held, ({ place }) => place.medium)
  const others = [...byMedium].filter(([medium]) => medium !== history.medium)
  need('media', rule.media, [always, ...others.map(([, group]) => union(group.flatMap(({ times }) => times)))])
  const elsewhere = held.filter(({ place }) => place.site !== history.site)
  need(
    'offsite',
    rule.offsite,
    elsewhere.map(({ times }) => times),
  )
  const fixed = held.map(({ place }) => heldAt(place, rule.maxAge_s, place.immutable_s))
  need('immutable', rule.immutable, fixed)
  const { verified_s, keepAtLeast, keepAtMost_s } = rule
  if (verified_s !== undefined) {
    const unchecked = held.flatMap(({ place, times }) =>
      place.checks === undefined ? [] : without(times, soundAt(place.checks, verified_s)),
    )
    breaches.set('verified', union(unchecked))
  }
  const points = history.places.flatMap((place) => place.points)
  if (keepAtLeast !== undefined) breaches.set('keep-at-least', missing(points, keepAtLeast, to_s))
  if (keepAtMost_s !== undefined) {
    breaches.set('keep-at-most', union(points.map(({ cut_s, until_s }) => [cut_s + keepAtMost_s, until_s] as const)))
  }
  return breaches
}

/** When a place holds a point that is young enough, and has come no longer ago than that. */
function heldAt({ points }: CopyPlace, maxAge_s: number, since_s = Infinity): IntervalSet {
  return union(
    points.map((point) => [point.since_s, Math.min(point.until_s, point.cut_s + maxAge_s, point.since_s + since_s)]),
  )
}

/** When the last check is no older, and found no error. */
function soundAt(checks: NonNullable<CopyPlace['checks']>, verified_s: number): IntervalSet {
  return union(
    checks.flatMap(({ ended_s, sound }, at) =>
      sound ? [[ended_s, Math.min(ended_s + verified_s, checks[at + 1]?.ended_s ?? Infinity)] as const] : [],
    ),
  )
}

/**
 * When the point of some period is missing that should be kept. A period is asked for from one period after its end: by then
 * what was cut in it has arrived.
 */
function missing(
  points: CopyPlace['points'],
  { for_s, every_s }: NonNullable<ComplianceRule['keepAtLeast']>,
  to_s: number,
): IntervalSet {
  const byPeriod = Map.groupBy(points, ({ cut_s }) => Math.floor(cut_s / every_s))
  const gaps: Array<readonly [number, number]> = []
  for (let period = 0; (period + 2) * every_s < to_s; period += 1) {
    const asked: IntervalSet = [[(period + 2) * every_s, (period + 1) * every_s + Math.max(for_s, every_s)]]
    const own = byPeriod.get(period) ?? []
    gaps.push(...without(asked, union(own.map(({ since_s, until_s }) => [since_s, until_s] as const))))
  }
  return union(gaps)
}

function within(set: IntervalSet, other: IntervalSet): IntervalSet {
  return atLeast(2, [set, other])
}
