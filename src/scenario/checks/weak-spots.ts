import { lawOf } from '../../kernel/index.ts'
import type { Job, KeepPolicy, Strategy } from '../../strategy/strategy.ts'
import { membersOf } from '../../world/index.ts'
import type { HazardSpecification, WorldSpecification } from '../../world/specification.ts'
import { formatQuantity } from '../quantities/units.ts'
import type { Scenario } from '../scenario.ts'
import { longestSpan } from './kept-spans.ts'
import { ofTopologies } from './of-topologies.ts'

/** Hazards that destroy machines together with what is near them. A rate of more than one a year is probably a wrong unit. */
const DISASTERS: ReadonlySet<string> = new Set(['site', 'ransomware', 'account-loss', 'key-loss'])
const MOST_DISASTERS_PER_YEAR = 2
const DESTROYERS: ReadonlySet<string> = new Set(['site', 'node', 'disk', 'account-loss'])
/** One incident in ten is noticed later than this quantile. */
const LATE = 0.9

/**
 * Warns of what is allowed in a scenario but will disappoint: copies that are lost together with the original, points
 * that are kept for less time than an attacker waits, objectives that no drill can meet. A simulation would show all of
 * it; this says it beforehand.
 */
export function weakSpots({ topologies, strategies, experiment }: Scenario): string[] {
  const remarks = topologies.flatMap(({ name: topology, world }) =>
    [...inWorld(world), ...strategies.flatMap((strategy) => inStrategy(strategy, world))].map((text) => ({
      topology,
      text,
    })),
  )
  return [...ofTopologies(remarks, topologies.length), ...oneHistory(strategies, experiment)]
}

/** Where jobs run or fail by chance, drills of one history cannot tell how another would have gone. */
function oneHistory(strategies: readonly Strategy[], { histories, drills }: Scenario['experiment']): string[] {
  if (histories > 1 || drills.length === 0) return []
  const byChance = strategies.flatMap(({ jobs }) =>
    jobs.filter(({ terms, trigger }) => {
      return (terms?.failure ?? 0) > 0 || ('at' in trigger && trigger.at.intervals !== undefined)
    }),
  )
  if (byChance.length === 0) return []
  const names = [...new Set(byChance.map(({ name }) => name))].join(', ')
  return [
    `${names} run or fail by chance, and all drills are of one history in which they did so; experiment.histories: 20 has the intervals say how far others differ`,
  ]
}

function inWorld({ hazards, datasets }: WorldSpecification): string[] {
  return [
    ...[...hazards.values()]
      .filter(({ kind, rate_perYear }) => DISASTERS.has(kind) && rate_perYear > MOST_DISASTERS_PER_YEAR)
      .map(
        ({ name, rate_perYear }) =>
          `hazards.${name} strikes ${Number(rate_perYear.toPrecision(2))} times a year; if that is not what you mean, look at the unit of its rate`,
      ),
    ...[...datasets.values()]
      .filter(({ change_perDay }) => change_perDay >= 1)
      .map(
        ({ name, change_perDay }) =>
          `datasets.${name} changes by ${Math.round(100 * change_perDay)} % a day; if that is not what you mean, look at the unit of its change`,
      ),
  ]
}

function inStrategy(strategy: Strategy, world: WorldSpecification): string[] {
  const needed = new Set([...world.services.values()].flatMap(({ needs }) => needs))
  const spots = [...needed].flatMap((dataset) => [
    ...copiesGoWithIt(strategy, dataset, world),
    ...keptTooShort(strategy, dataset, world),
    ...backedUpTooSeldom(strategy, dataset, world),
  ])
  return [...spots, ...planTakesTooLong(strategy, world)].map((spot) => `strategy ${strategy.name}: ${spot}`)
}

/** Stores and machines on which a strategy keeps states of a dataset, and the jobs that put them there. */
function placesOf({ jobs }: Strategy, dataset: string): ReadonlyMap<string, readonly Job[]> {
  const places = new Map<string, Job[]>()
  const add = (place: string, job: Job): boolean => {
    const before = places.get(place) ?? []
    if (before.includes(job)) return false
    places.set(place, [...before, job])
    return true
  }
  for (const job of jobs) {
    if ((job.kind === 'backup' || job.kind === 'replicate' || job.kind === 'journal') && job.dataset === dataset) {
      add(job.to, job)
    }
  }
  // Follows copies of copies until no job adds another place.
  for (let grew = true; grew;) {
    grew = jobs.some((job) => job.kind === 'copy' && places.has(job.from) && add(job.to, job))
  }
  return places
}

function copiesGoWithIt(strategy: Strategy, name: string, world: WorldSpecification): string[] {
  const dataset = world.datasets.get(name)
  const places = [...placesOf(strategy, name).keys()]
  if (dataset === undefined || places.length === 0) return []
  const destroyed = [...world.hazards.values()].find((hazard) => {
    if (!DESTROYERS.has(hazard.kind)) return false
    const { nodes, stores } = hitBy(hazard, world)
    // Tapes in a vault survive their library.
    return (
      nodes.has(dataset.node) &&
      places.every((place) => nodes.has(place) || (stores.has(place) && !hasVault(world, place)))
    )
  })
  if (destroyed !== undefined) {
    return [`${destroyed.name} takes ${name} and every copy of it (${places.join(', ')}); keep one out of its reach`]
  }
  const site = world.nodes.get(dataset.node)?.site
  const siteOf = (place: string): string | undefined =>
    hasVault(world, place) ? undefined : (world.nodes.get(place) ?? world.stores.get(place))?.site
  return site !== undefined && places.every((place) => siteOf(place) === site)
    ? [
        `every copy of ${name} (${places.join(', ')}) is at ${site}, as ${name} itself: a fire there would leave nothing`,
      ]
    : []
}

/** What a hazard hits directly; a burst hits nothing directly. */
function hitBy(hazard: HazardSpecification, world: WorldSpecification) {
  const target = 'target' in hazard ? hazard.target : undefined
  const datasets = new Set(target !== undefined && world.datasets.has(target) ? [target] : [])
  if (target === undefined || datasets.size > 0)
    return { datasets, nodes: new Set<string>(), stores: new Set<string>() }
  const { nodes, stores } = membersOf(world, target)
  return { datasets, nodes, stores }
}

function hasVault({ stores }: WorldSpecification, place: string): boolean {
  const store = stores.get(place)
  return store?.kind === 'tape' && store.vault !== undefined
}

function keptTooShort(strategy: Strategy, name: string, world: WorldSpecification): string[] {
  const { datasets, hazards } = world
  const jobs = [...placesOf(strategy, name).values()].flat()
  const longest_s = Math.max(...jobs.map((job) => keptFor(job)))
  if (jobs.length === 0 || longest_s === Infinity) return []
  return [...hazards.values()].flatMap((hazard) => {
    const unnoticed = unnoticedLaw(hazard)
    const node = datasets.get(name)?.node ?? ''
    const { nodes, datasets: deleted } = hitBy(hazard, world)
    const isHit = deleted.has(name) || nodes.has(node)
    if (unnoticed === undefined || !isHit) return []
    const late_s = lawOf(unnoticed).quantile(LATE)
    if (late_s <= longest_s) return []
    return [
      `one in ten incidents of ${hazard.name} goes unnoticed for ${rounded(late_s)} or longer, and no point of ${name} is kept ` +
        `for more than ${rounded(longest_s)}: none would be left from before it; keep weekly or monthly points, too`,
    ]
  })
}

function unnoticedLaw(hazard: HazardSpecification): Parameters<typeof lawOf>[0] | undefined {
  if (hazard.kind === 'ransomware') return hazard.dwell
  return hazard.kind === 'deletion' ? hazard.detection : undefined
}

/**
 * How long a job keeps its oldest point: the span of its coarsest rule; Infinity where nothing is forgotten, or it
 * cannot be told.
 */
function keptFor(job: Job): number {
  const keep: KeepPolicy | undefined = 'keep' in job ? job.keep : undefined
  if (keep === undefined) return job.kind === 'replicate' || job.kind === 'journal' ? 0 : Infinity
  return longestSpan(keep)
}

function backedUpTooSeldom({ jobs }: Strategy, name: string, { services }: WorldSpecification): string[] {
  const own = jobs.filter((job) => 'dataset' in job && job.dataset === name)
  // Jobs that follow writes have a check of their own (objective-checks.ts).
  if (own.some(({ kind }) => kind === 'replicate' || kind === 'journal' || kind === 'log')) return []
  const instants = own
    .filter(({ kind }) => kind === 'backup' || kind === 'snapshot')
    .map(({ trigger }) => ('at' in trigger ? [...trigger.at.occurrences] : undefined))
  if (instants.length === 0 || instants.includes(undefined)) return []
  const all = instants.flatMap((each) => each ?? []).toSorted((a, b) => a - b)
  const apart_s = Math.max(...all.slice(1).map((at_s, k) => at_s - all[k]!))
  return [...services.values()]
    .filter(({ needs, objectives }) => needs.includes(name) && apart_s > objectives.rpo_s)
    .map(
      ({ name: service, objectives }) =>
        `${service} may lose ${rounded(objectives.rpo_s)} (its RPO), but up to ${rounded(apart_s)} lie between two backups of ${name}`,
    )
}

function planTakesTooLong({ jobs, recovery }: Strategy, world: WorldSpecification): string[] {
  const { services, hazards, datasets } = world
  const { declare_s, provision_s, verify_s, cutOver_s, dns_s, instant } = recovery
  const hasStandby = jobs.some(({ kind }) => kind === 'replicate' || kind === 'journal')
  if (hasStandby || instant !== undefined) return []
  const always_s = declare_s + verify_s + cutOver_s + dns_s
  return [...services.values()].flatMap(({ name, needs, objectives: { rto_s } }) => {
    const nodes = needs.flatMap((dataset) => datasets.get(dataset)?.node ?? [])
    const destroyer = [...hazards.values()].find((hazard) => {
      if (hazard.kind !== 'site' && hazard.kind !== 'node') return false
      const hit = hitBy(hazard, world)
      return nodes.some((node) => hit.nodes.has(node))
    })
    const least_s = always_s + (destroyer === undefined ? 0 : provision_s)
    if (least_s <= rto_s) return []
    const after = destroyer === undefined || always_s > rto_s ? '' : ` after ${destroyer.name}`
    return [
      `${name} is to be back within ${rounded(rto_s)} (its RTO), but the steps of its recovery plan take ` +
        `${rounded(after === '' ? always_s : least_s)}${after} before any data is moved`,
    ]
  })
}

/** Two digits of a duration are enough for a remark. */
function rounded(seconds: number): string {
  return formatQuantity(seconds, 'seconds').replace(/^[\d.]+/, (value) => String(Number(Number(value).toPrecision(2))))
}
