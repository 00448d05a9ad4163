import type { HazardSummary, Results } from '../../experiment/results.ts'
import type { TornadoEnd } from '../../experiment/sweep.ts'
import { cellNames } from './cell-names.ts'
import { currencyOf } from './currency.ts'
import { count, duration, money, percent, shortDuration } from './human.ts'
import type { CellVerdict, Trial, Verdict } from './verdict.ts'

/** '2 strategies on 2 topologies; 30 drills of each hazard in each, over 20 histories' */
export function experimentOf({
  cells,
  replications,
  incidents,
}: Pick<Results, 'cells' | 'replications' | 'incidents'>): string {
  const strategies = new Set(cells.map((cell) => cell.strategy)).size
  const topologies = new Set(cells.map((cell) => cell.topology)).size
  const compared = `${plural(strategies, 'strategy', 'strategies')} on ${plural(topologies, 'topology', 'topologies')}`
  const histories = new Set(incidents.flatMap(({ history }) => history ?? [])).size
  const over = histories > 1 ? `, over ${count(histories)} histories` : ''
  return `${compared}; ${plural(replications, 'drill', 'drills')} of each hazard in each${over}`
}

function plural(number: number, one: string, many: string): string {
  return `${count(number)} ${number === 1 ? one : many}`
}

function allDrills(n: number): string {
  return n === 1 ? 'the one drill' : n === 2 ? 'both drills' : `all ${count(n)} drills`
}

/** 'RPO ≤ 24 h, RTO ≤ 8 h' */
export function objectivesOf({ objectives }: HazardSummary): string {
  const texts = []
  if (Number.isFinite(objectives.rpo_s)) texts.push(`RPO ≤ ${shortDuration(objectives.rpo_s)}`)
  if (Number.isFinite(objectives.rto_s)) texts.push(`RTO ≤ ${shortDuration(objectives.rto_s)}`)
  return texts.length === 0 ? 'no objectives' : texts.join(', ')
}

/** 'every write to orders waits 64 ms longer, for its replica on standby' */
export function writeDelay(
  cell: string,
  { dataset, to, added_s }: { readonly dataset: string; readonly to: string; readonly added_s: number },
): string {
  const milliseconds = Number((added_s * 1000).toPrecision(3))
  return `${cell}: every write to ${dataset} waits ${milliseconds} ms longer, for its replica on ${to}.`
}

/** Above what `check` finds in plans without simulating them. */
export const WEAK_SPOTS = 'Weak spots of these plans'

/** The answer in one sentence or two. */
export function headline({ best, nearest, cells }: Verdict): string {
  const nameOf = cellNames(cells.map(({ cell }) => cell))
  if (best !== undefined) {
    const meeting = cells.filter((cell) => cell.met).length
    const rank = meeting === 1 ? ', and is the only one that does' : `, cheapest of the ${meeting} that do`
    const { total_usdPerYear } = best.cell.cost
    const cost =
      total_usdPerYear === 0
        ? 'the scenario has no prices'
        : `${money(total_usdPerYear, currencyOf([best.cell]))} a year`
    return `${nameOf(best.cell)} meets every objective${cells.length === 1 ? '' : rank}: ${cost}.`
  }
  const none = 'No strategy meets every objective in every drill.'
  if (nearest?.tightest === undefined) return none
  if (cells.length === 1) return `${nameOf(nearest.cell)} does not meet every objective: ${failures(nearest, 1)}`
  if (nearest.trials.every((trial) => trial.met === 0)) return 'No strategy meets any objective in any drill.'
  return `${none} ${nameOf(nearest.cell)} comes nearest: ${failures(nearest, 1)}`
}

/** Why a cell passes, by what margin and how surely. */
export function support({ n, tightest }: CellVerdict): string {
  const all = `${allDrills(n)} within the objectives.`
  if (tightest === undefined) return n === 0 ? 'no drills.' : all
  const { measure, hazard, max_s, objective_s, ci95, margin } = tightest
  return (
    `${all} Tightest: ${measure} ≤ ${shortDuration(objective_s)} after ${hazard}, at worst ${duration(max_s ?? 0)}, ` +
    `${percent(margin, 2)} to spare; ` +
    `from ${plural(tightest.n, 'drill', 'drills')}, at least ${percent(ci95[0], 2)} of such incidents meet it (95 % confidence).`
  )
}

/**
 * What a cell fails: first what it loses, then at most `limit` objectives, worst first, then rules of compliance. A
 * cell that loses everything meets no objective.
 */
export function failures({ cell, trials }: CellVerdict, limit: number): string {
  const losses = cell.hazards.filter((row) => row.lost > 0)
  const texts = losses.map(lossOf)
  const inVain = new Set(
    losses.filter(({ lost, n }) => lost === n).map(({ hazard, service }) => `${hazard} ${service}`),
  )
  const failed = trials
    .filter(({ share, hazard, service }) => share < 1 && !inVain.has(`${hazard} ${service}`))
    .toSorted((a, b) => a.share - b.share || a.margin - b.margin)
  const severalServices = new Set(trials.map(({ service }) => service)).size > 1
  texts.push(...failed.slice(0, limit).map((trial) => failureOf(trial, severalServices)))
  if (failed.length > limit) {
    const more = failed.length - limit
    texts.push(`and ${count(more)} more ${more === 1 ? 'objective' : 'objectives'}`)
  }
  texts.push(...cell.compliance.filter((rule) => !isMet(rule)).map(breachOf))
  return `${[...new Set(texts)].join('; ')}.`
}

type RuleMet = CellVerdict['cell']['compliance'][number]

/** A hair below is met: the sum of many spans of time is rounded. */
export function isMet({ met, share }: Pick<RuleMet, 'met' | 'share'>): boolean {
  return met >= share - 1e-9
}

function breachOf({ rule, dataset, met, share }: RuleMet): string {
  return `the rule ${rule} for ${dataset} is met ${percent(met)} of the time, not ${percent(share)}`
}

function lossOf({ hazard, lost, n }: HazardSummary): string {
  const which = lost === n ? allDrills(n) : `${count(lost)} of ${count(n)} drills`
  return `everything lost in ${which} of ${hazard}`
}

function failureOf({ measure, hazard, service, met, n, objective_s, p95_s }: Trial, severalServices: boolean): string {
  const seen = p95_s === undefined ? '' : ` (p95 ${duration(p95_s)})`
  const never = n === 1 ? 'not met in the one drill' : `never met in ${count(n)} drills`
  const times = met === 0 ? never : `met in ${count(met)} of ${count(n)} drills`
  const objective = `${measure} ≤ ${shortDuration(objective_s)}${severalServices ? ` of ${service}` : ''}`
  return `${objective} ${times} of ${hazard}${seen}`
}

/** A value of a scenario as it may be written there. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Where an end of a bar comes from: 'at 2 MB/s'. */
export function endText({ value }: TornadoEnd): string {
  return value === undefined ? 'unchanged' : `at ${valueText(value)}`
}
