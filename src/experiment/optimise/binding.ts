import type { Candidate, ConstraintState, Judgement } from './candidate.ts'
import { cheapestOf, extraCost_usdPerYear, isCostlier } from './entrant.ts'
import type { KnownEntrant } from './entrant.ts'
import type { Race } from './race.ts'

/** What a user may relax: an objective of a service, whatever strikes; all objectives after a hazard; a rule of compliance. */
export type Requirement =
  | { readonly objective: 'rpo' | 'rto'; readonly service: string }
  | { readonly hazard: string }
  | { readonly rule: string }

/** A requirement without which something cheaper would do; or, where nothing meets all, anything. */
export interface BindingRequirement {
  readonly requirement: Requirement
  /** The cheapest candidate that meets all others. */
  readonly instead: Candidate
  /** Against the best; NaN where there is none. */
  readonly saving_usdPerYear: number
  /** What that candidate does not meet of it, and with which objectives it would; empty for a rule. */
  readonly missed: readonly ConstraintState[]
}

/** A requirement that no candidate meets. */
export interface UnmetRequirement {
  readonly requirement: Requirement
  /** The least objective that one of them would meet; infinite where all lose too much, NaN for a rule. */
  readonly relaxedTo_s: number
}

type Binding = Omit<BindingRequirement, 'instead'> & { readonly instead: KnownEntrant }

/** Finds, for each requirement, the cheapest cell that meets all others; some more drills may be needed to be sure. */
export async function bindingOf(race: Race, best: KnownEntrant | undefined): Promise<Binding[]> {
  const found: Binding[] = []
  for (const requirement of requirementsOf(race.known())) {
    const instead = await cheapestWithout(race, requirement, best)
    if (instead === undefined) continue
    const { judgement } = instead.known
    const missed = judgement.constraints.filter((each) => isOf(requirement, each) && each.state !== 'met')
    // With one objective missed it has been told as that.
    if ('hazard' in requirement && missed.length < 2) continue
    const saving_usdPerYear = best === undefined ? Number.NaN : extraCost_usdPerYear(best, instead)
    found.push({ requirement, instead, saving_usdPerYear, missed })
  }
  return found.sort((a, b) => b.saving_usdPerYear - a.saving_usdPerYear)
}

/** What no candidate meets, so that relaxing anything else does not help. */
export function unmetBy(known: readonly KnownEntrant[]): UnmetRequirement[] {
  return requirementsOf(known).flatMap((requirement) => {
    if ('hazard' in requirement) return []
    const missed = known.map(({ known: { judgement } }) => {
      if ('rule' in requirement) return misses(requirement, judgement) ? Number.NaN : undefined
      const own = judgement.constraints.filter((each) => isOf(requirement, each))
      if (!own.some(({ state }) => state === 'missed')) return undefined
      return Math.max(...own.map(({ enough_s }) => enough_s))
    })
    const needed = missed.filter((each) => each !== undefined)
    return needed.length < known.length ? [] : [{ requirement, relaxedTo_s: Math.min(...needed) }]
  })
}

/**
 * Goes on until the cheapest and all who may be cheaper have had all drills, so that who comes out is not the luckiest
 * of few.
 */
async function cheapestWithout(
  race: Race,
  requirement: Requirement,
  best: KnownEntrant | undefined,
): Promise<KnownEntrant | undefined> {
  const tried = new Set<KnownEntrant>()
  while (race.stoppedAt === undefined) {
    const cheaper = race.known().filter((each) => {
      if (tried.has(each) || (best !== undefined && isCostlier(each, best))) return false
      const { judgement } = each.known
      return misses(requirement, judgement) && !missesAnother(requirement, judgement)
    })
    const cheapest = cheapestOf(cheaper)
    if (cheapest === undefined) return undefined
    const rivals = cheaper.filter((each) => !race.hasAll(each) && !isCostlier(each, cheapest))
    const [next] = race.hasAll(cheapest) ? rivals : [cheapest]
    if (next === undefined) {
      const saves = best === undefined || extraCost_usdPerYear(cheapest, best) < 0
      if (saves && meetsOthers(requirement, cheapest.known.judgement)) return cheapest
      tried.add(cheapest)
    } else await race.goOn('what binds', next)
  }
  return undefined
}

function requirementsOf(known: readonly KnownEntrant[]): Requirement[] {
  const [first] = known
  if (first === undefined) return []
  const { constraints, rules } = first.known.judgement
  const all: Requirement[] = [
    ...constraints.map(({ objective, service }) => ({ objective, service })),
    ...constraints.map(({ hazard }) => ({ hazard })),
    ...rules.map(({ rule }) => ({ rule })),
  ]
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

function isOf(requirement: Requirement, { hazard, objective, service }: ConstraintState): boolean {
  if ('hazard' in requirement) return requirement.hazard === hazard
  return 'objective' in requirement && requirement.objective === objective && requirement.service === service
}

function isOfRule(requirement: Requirement, { rule }: { readonly rule: string }): boolean {
  return 'rule' in requirement && requirement.rule === rule
}

function misses(requirement: Requirement, { constraints, rules }: Judgement): boolean {
  return (
    constraints.some((each) => isOf(requirement, each) && each.state !== 'met') ||
    rules.some((each) => isOfRule(requirement, each) && !each.met)
  )
}

function missesAnother(requirement: Requirement, { constraints, rules }: Judgement): boolean {
  return (
    constraints.some((each) => !isOf(requirement, each) && each.state === 'missed') ||
    rules.some((each) => !isOfRule(requirement, each) && !each.met)
  )
}

function meetsOthers(requirement: Requirement, { constraints, rules }: Judgement): boolean {
  return (
    constraints.every((each) => isOf(requirement, each) || each.state === 'met') &&
    rules.every((each) => isOfRule(requirement, each) || each.met)
  )
}
