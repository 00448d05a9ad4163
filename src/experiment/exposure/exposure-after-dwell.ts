import type { Dwell } from './dwell.ts'
import type { ExposureStatistics } from './exposure.ts'

/**
 * The states after one instant and up to another, to which one can go back for as long as they are there; seconds since
 * start.
 */
export interface CleanSpan {
  readonly after_s: number
  /** Equal to `after_s` for a recovery point, which has one instant. */
  readonly upTo_s: number
  readonly since_s: number
  readonly until_s: number
  /** Preference: a state with a lower rank is used while there is one. Default 0. */
  readonly rank?: number
  /**
   * For a store that keeps deleted versions: how long after `until_s` a state can be brought back, for onsets before
   * `until_s`. Default 0.
   */
  readonly broughtBackFor_s?: number
}

/** One possible course of events: its probability jointly with the dwell, and the states that are left then. */
export interface Course {
  readonly dwell: Dwell
  readonly spans: readonly CleanSpan[]
}

/**
 * The distribution of exposure to what is noticed only after a dwell: detected − newest state from before the onset.
 * Detection is uniform in the span and the dwell follows its law; what is there at the detection counts, and of it what
 * is older than the onset.
 *
 * Nothing is sampled. At an instant u the exposure is at most x where the oldest state of [u − x, u] is older than the
 * dwell, which has the probability F(its age). Integrated over u, that is F's integral G at the ages at which states
 * come and go.
 * @param courses exclude one another, and are all there are
 */
export function exposureAfterDwell(
  courses: readonly Course[],
  span: { readonly from_s: number; readonly to_s: number },
  objective_s: number,
): ExposureStatistics {
  const ways = courses.map(({ dwell, spans }) => {
    const stretches = stretchesOf(spans, span.from_s, span.to_s)
    return { dwell, stretches: stretches.map((stretch) => ({ ...stretch, most_s: mostWithin(stretch, dwell) })) }
  })
  const all = courses.reduce((sum, { dwell }) => sum + dwell.share, 0) * (span.to_s - span.from_s)
  const within = (x: number): number => {
    let time_s = 0
    for (const { dwell, stretches } of ways) {
      const noLonger = dwell.cdf(x)
      for (const stretch of stretches) {
        time_s += timeWithin(stretch, x, dwell, noLonger)
        time_s += timeBroughtBack(stretch, x, dwell)
      }
    }
    return time_s / all
  }
  const ages_s = ways.flatMap(({ stretches }) => stretches.map(({ to_s, oldest_s }) => to_s - oldest_s))
  const most_s = ages_s.reduce((most, age_s) => Math.max(most, age_s), 0)
  const protectedShare = within(most_s)
  const quantile = (share: number): number =>
    protectedShare > 0 ? leastReaching(within, share * protectedShare, most_s) : Number.NaN
  const min_s = quantile(1e-9)
  const p50_s = quantile(0.5)
  const p90_s = quantile(0.9)
  const p99_s = quantile(0.99)
  const max_s = quantile(1 - 1e-9)
  // E[X] = ∫ P(X > x) dx and E[X²] = ∫ 2 x P(X > x) dx, divided where the density changes.
  const cuts = [0, min_s, p50_s, p90_s, p99_s, max_s]
  const known = new Map<number, number>()
  const survival = (x: number): number => {
    let share = known.get(x)
    if (share === undefined) known.set(x, (share = protectedShare - within(x)))
    return share
  }
  const mean_s = simpson(survival, cuts) / protectedShare
  const square = simpson((x) => 2 * x * survival(x), cuts) / protectedShare
  return {
    unprotected: Math.max(0, 1 - protectedShare),
    mean_s,
    sd_s: Math.sqrt(Math.max(0, square - mean_s * mean_s)),
    min_s,
    p50_s,
    p90_s,
    p95_s: quantile(0.95),
    p99_s,
    max_s,
    objectiveMet: within(objective_s),
  }
}

/** States that are there, oldest first and apart from one another. */
type States = ReadonlyArray<{ readonly after_s: number; readonly upTo_s: number }>

/** A deleted state that is restored if the incident turns out to have begun no later than its deletion. */
interface Deleted {
  readonly after_s: number
  readonly until_s: number
}

/** A stretch of time in which no state comes or goes. */
interface Stretch {
  readonly from_s: number
  readonly to_s: number
  readonly states: States
  /** In the order of their instants. */
  readonly deleted: readonly Deleted[]
  /** Instant of the oldest of them. */
  readonly oldest_s: number
  /** For a later onset no deleted state is restored. */
  readonly firstChoice_s: number
}

function stretchesOf(spans: readonly CleanSpan[], from_s: number, to_s: number): Stretch[] {
  const changes = spans
    .filter(({ since_s, until_s }) => since_s < until_s)
    .flatMap((span) => {
      const { since_s, until_s, broughtBackFor_s = 0 } = span
      const here = [
        { time_s: since_s, span, set: 'present', comes: true },
        { time_s: until_s, span, set: 'present', comes: false },
      ]
      if (broughtBackFor_s === 0) return here
      const back = [
        { time_s: until_s, span, set: 'deleted', comes: true },
        { time_s: until_s + broughtBackFor_s, span, set: 'deleted', comes: false },
      ]
      return [...here, ...back]
    })
    .toSorted((a, b) => a.time_s - b.time_s)
  const sets = { present: new Set<CleanSpan>(), deleted: new Set<CleanSpan>() }
  const stretches: Stretch[] = []
  let now_s = from_s
  const pass = (until_s: number): void => {
    if (until_s <= now_s) return
    if (sets.present.size + sets.deleted.size > 0) stretches.push(stretchOf(now_s, until_s, sets.present, sets.deleted))
    now_s = until_s
  }
  for (const { time_s, span, set, comes } of changes) {
    pass(Math.min(time_s, to_s))
    const changed = set === 'present' ? sets.present : sets.deleted
    if (comes) changed.add(span)
    else changed.delete(span)
  }
  pass(to_s)
  return stretches
}

function stretchOf(
  from_s: number,
  to_s: number,
  present: ReadonlySet<CleanSpan>,
  gone: ReadonlySet<CleanSpan>,
): Stretch {
  const states = byPreference(present)
  const deleted = [...gone].sort((a, b) => a.after_s - b.after_s)
  const best = Math.min(...[...gone].map(({ rank = 0 }) => rank))
  const preferred = [...present].filter(({ rank = 0 }) => rank < best)
  const firstChoice_s = preferred.reduce((oldest, { after_s }) => Math.min(oldest, after_s), Infinity)
  const oldest_s = Math.min(states[0]?.after_s ?? Infinity, deleted[0]?.after_s ?? Infinity)
  return { from_s, to_s, states, deleted, oldest_s, firstChoice_s }
}

/** The states that are gone back to among those that exist: of a lower choice only those older than all of a higher one. */
function byPreference(present: ReadonlySet<CleanSpan>): States {
  const ranks = [...new Set([...present].map(({ rank = 0 }) => rank))].sort((a, b) => a - b)
  let chosen: States = []
  let oldest_s = Infinity
  for (const each of ranks) {
    const below = [...present].filter(({ rank = 0, after_s }) => rank === each && after_s < oldest_s)
    const states = apart(
      below.map(({ after_s, upTo_s }) => ({ after_s, upTo_s: Math.max(after_s, Math.min(upTo_s, oldest_s)) })),
    )
    chosen = [...states, ...chosen]
    oldest_s = Math.min(oldest_s, states[0]?.after_s ?? Infinity)
  }
  return chosen
}

/** Where spans overlap, they are one. */
function apart(spans: States): States {
  const states: Array<{ after_s: number; upTo_s: number }> = []
  for (const { after_s, upTo_s } of spans.toSorted((a, b) => a.after_s - b.after_s || a.upTo_s - b.upTo_s)) {
    const last = states.at(-1)
    if (last !== undefined && after_s <= last.upTo_s) last.upTo_s = Math.max(last.upTo_s, upTo_s)
    else states.push({ after_s, upTo_s })
  }
  return states
}

/** The expected time within a stretch in which the oldest existing state is older than the dwell. */
function mostWithin({ from_s, to_s, states }: Stretch, dwell: Dwell): number {
  const oldest_s = states[0]?.after_s
  return oldest_s === undefined ? 0 : dwell.integral(to_s - oldest_s) - dwell.integral(from_s - oldest_s)
}

/**
 * The expected time within a stretch in which the exposure is at most x, by the existing states.
 * @param noLonger `dwell.cdf(x)`, which is the same for all stretches
 */
function timeWithin(
  { from_s, to_s, states, most_s }: Stretch & { readonly most_s: number },
  x: number,
  dwell: Dwell,
  noLonger: number,
): number {
  // No exposure is longer than the age of the oldest state. With logs there are thousands of stretches, and this holds in most.
  if (states.length === 0 || states[0]!.after_s + x >= to_s) return most_s
  let time_s = 0
  const first = firstAfter(states, from_s - x)
  let before_s = states[first - 1]?.upTo_s ?? -Infinity
  for (let at = first; at < states.length; at += 1) {
    const { after_s, upTo_s } = states[at]!
    // While u − x is in the gap before these states, the oldest of them is the oldest that is young enough.
    const first_s = Math.max(from_s, before_s + x)
    const last_s = Math.min(to_s, after_s + x)
    if (last_s > first_s) time_s += dwell.integral(last_s - after_s) - dwell.integral(first_s - after_s)
    // While it is among them, the state of u − x itself is used: its age is x.
    const among_s = Math.min(to_s, upTo_s + x) - Math.max(from_s, after_s + x)
    if (among_s > 0) time_s += among_s * noLonger
    if (upTo_s + x >= to_s) break
    before_s = upTo_s
  }
  return time_s
}

/** The first of the states that reach beyond an instant. */
function firstAfter(states: States, time_s: number): number {
  let low = 0
  let high = states.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (states[middle]!.upTo_s <= time_s) low = middle + 1
    else high = middle
  }
  return low
}

/** The same by deleted states that are restored, where the existing ones lead to nothing young enough. */
function timeBroughtBack(stretch: Stretch, x: number, dwell: Dwell): number {
  const { from_s, to_s, states, deleted, firstChoice_s } = stretch
  if (deleted.length === 0) return 0
  const passed = [...states.map(({ after_s }) => after_s + x), ...deleted.map(({ after_s }) => after_s + x)]
  const marks = [from_s, ...passed.filter((mark_s) => mark_s > from_s && mark_s < to_s).sort((a, b) => a - b), to_s]
  let time_s = 0
  for (let k = 1; k < marks.length; k += 1) {
    const [first_s, last_s] = [marks[k - 1]!, marks[k]!]
    const least_s = (first_s + last_s) / 2 - x
    const oldest_s = states[firstAfter(states, least_s)]?.after_s ?? Infinity
    const integral = (onset_s: number): number => dwell.integral(last_s - onset_s) - dwell.integral(first_s - onset_s)
    // Onsets for which one of these is the state to go back to, and none that is there is: they may overlap.
    let reached_s = -Infinity
    for (const { after_s, until_s } of deleted) {
      const to = Math.min(until_s, oldest_s, firstChoice_s)
      const from = Math.max(after_s, reached_s)
      if (after_s < least_s || to <= from) continue
      time_s += integral(from) - integral(to)
      reached_s = to
    }
  }
  return time_s
}

/** The least x, to a hundredth of a second, at which an increasing function reaches a value. */
function leastReaching(rising: (x: number) => number, value: number, most: number): number {
  let [low, high] = [0, most]
  while (high - low > 0.01) {
    const middle = (low + high) / 2
    if (rising(middle) >= value) high = middle
    else low = middle
  }
  return high
}

/** By Simpson's rule between each two cuts. */
function simpson(f: (x: number) => number, cuts: readonly number[], panels = 64): number {
  let integral = 0
  for (const [k, to] of cuts.entries()) {
    const from = cuts[k - 1] ?? to
    const h = (to - from) / (2 * panels)
    let sum = f(from) + f(to)
    for (let at = 1; at < 2 * panels; at += 1) sum += (at % 2 === 1 ? 4 : 2) * f(from + at * h)
    integral += (sum * h) / 3
  }
  return integral
}
