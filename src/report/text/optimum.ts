import type {
  BindingRequirement,
  Candidate,
  ConstraintState,
  Optimum,
  RaceProgress,
  Requirement,
} from '../../experiment/optimise/index.ts'
import { US_DOLLARS, count, money, percent, shortDuration, shortMoney } from './human.ts'
import type { Currency } from './human.ts'
import { plainTable } from './plain-table.ts'

/** The candidates, the cheapest first, then the optimum and what makes it no cheaper. */
export function optimumText(optimum: Optimum, share: number, confidence: number, currency = US_DOLLARS): string {
  const { candidates } = optimum
  const nameOf = candidateNames(candidates)
  const table = plainTable(
    ['', 'objectives', 'RPO p95', 'RTO p95', 'lost', 'outlay/y', 'penalty/y', 'total/y', 'drills', 'front'],
    candidates.map((candidate) => {
      const { figures, pareto, drills } = candidate
      return [
        `${candidate === optimum.best ? '→ ' : '  '}${nameOf(candidate)}`,
        verdictOf(candidate),
        shortDuration(figures.rpoP95_s),
        shortDuration(figures.rtoP95_s),
        percent(figures.loss),
        shortMoney(figures.outlay_usdPerYear, currency),
        shortMoney(figures.penalty_usdPerYear, currency),
        shortMoney(figures.total_usdPerYear, currency),
        String(drills),
        pareto ? '•' : '',
      ]
    }),
  )
  const legend = [
    `met: at least ${percent(share)} of the incidents of each hazard meet each objective, with ${percent(confidence)} ` +
      'confidence. drills: of each hazard;',
    `whoever is beyond doubt out of the question gets no more, ${count(optimum.drills)} in all. •: on the Pareto front of ` +
      'total cost, RPO p95, RTO p95',
    'and loss.',
  ]
  return `${[table, ...legend, '', ...outcome(optimum, nameOf, currency)].join('\n')}\n`
}

type NameOf = (candidate: Pick<Candidate, 'strategy' | 'topology' | 'settings'>) => string

function verdictOf({ verdict, dearer, constraints, rules }: Candidate): string {
  if (verdict !== 'fails') return dearer ? 'dearer' : { meets: 'met', undecided: '?' }[verdict]
  const missed = constraints.filter(({ state }) => state === 'missed').map(({ objective }) => objective.toUpperCase())
  const broken = rules.filter(({ met }) => !met).map(({ rule }) => rule)
  return `missed ${[...new Set([...missed, ...broken])].join(', ')}`
}

function outcome(
  { candidates, cells, best, refuted, binding, unmet, stoppedAt }: Optimum,
  nameOf: NameOf,
  currency: Currency,
): string[] {
  const lines = refuted.map((each) => `${nameOf(each)} met them by luck: not again with other dice.`)
  if (best !== undefined) {
    lines.push(
      `Cheapest: ${nameOf(best)}, ${money(best.figures.total_usdPerYear, currency)} a year; confirmed with other dice.`,
      ...(binding.length > 0 || stoppedAt !== undefined
        ? binding.map((each) => bindingLine(each, nameOf, currency))
        : ['No objective binds: there is nothing cheaper among the candidates.']),
    )
  }
  if (stoppedAt !== undefined) {
    const leader =
      candidates.find(({ verdict }) => verdict === 'meets') ?? candidates.find(({ verdict }) => verdict !== 'fails')
    lines.push(
      `Ended during ${STAGES[stoppedAt]}, with something known of ${candidates.length} of ${cells} candidates` +
        (best === undefined ? ': none is confirmed as the cheapest.' : '.'),
    )
    if (best === undefined && leader !== undefined) {
      const known = leader.verdict === 'meets' ? 'meets everything, as far as known' : 'is not known to miss anything'
      lines.push(
        `The cheapest so far that ${known}: ${nameOf(leader)}, ${money(leader.figures.total_usdPerYear, currency)} a year.`,
      )
    }
    return lines
  }
  if (best !== undefined) return lines
  lines.push('None of the candidates is known to meet every objective.')
  for (const { requirement, relaxedTo_s } of unmet) {
    const nearest = Number.isFinite(relaxedTo_s) ? `; the nearest would need about ${shortDuration(relaxedTo_s)}` : ''
    lines.push(`None meets ${requirementName(requirement)}${nearest}.`)
  }
  for (const { requirement, instead, missed } of binding) {
    lines.push(
      `Without ${requirementName(requirement, missed)}, ${nameOf(instead)} meets the rest, for ` +
        `${money(instead.figures.total_usdPerYear, currency)} a year.${enough(missed)}`,
    )
  }
  if (candidates.some(({ verdict, dearer }) => verdict === 'undecided' && !dearer)) {
    lines.push('Where it says ?, more --replications may tell.')
  }
  return lines
}

function bindingLine(
  { requirement, instead, saving_usdPerYear, missed }: BindingRequirement,
  nameOf: NameOf,
  currency: Currency,
): string {
  const name = requirementName(requirement, missed)
  return (
    `${name[0]!.toUpperCase()}${name.slice(1)} binds: without it, ${nameOf(instead)} would save ` +
    `${money(saving_usdPerYear, currency)} a year.${enough(missed)}`
  )
}

/** 'the RTO of shop after fire and flood' */
function requirementName(requirement: Requirement, missed: readonly ConstraintState[] = []): string {
  if ('rule' in requirement) return `the rule ${requirement.rule}`
  if ('hazard' in requirement) return `what is asked after ${requirement.hazard}`
  const hazards = missed.length === 0 ? '' : ` after ${and(missed.map(({ hazard }) => hazard))}`
  return `the ${requirement.objective.toUpperCase()} of ${requirement.service}${hazards}`
}

/** ' An RPO of 3 h and an RTO of 2 d would be enough.' Nothing where too much is lost for any to be enough. */
function enough(missed: readonly ConstraintState[]): string {
  const least = new Map<string, number>()
  for (const { objective, enough_s } of missed) least.set(objective, Math.max(enough_s, least.get(objective) ?? 0))
  if (least.size === 0 || ![...least.values()].every(Number.isFinite)) return ''
  const objectives = [...least].map(
    ([objective, enough_s]) => `an ${objective.toUpperCase()} of ${shortDuration(enough_s)}`,
  )
  return ` A${and(objectives).slice(1)} would be enough.`
}

function and(words: readonly string[]): string {
  return new Intl.ListFormat('en').format(words)
}

const STAGES: Readonly<Record<RaceProgress['stage'], string>> = {
  search: 'the search',
  race: 'the race',
  'other dice': 'the confirmation with other dice',
  'what binds': 'the search for what binds',
}

/** How far the race has come, for progress. */
export function raceProgress(
  progress: RaceProgress,
  currency = US_DOLLARS,
): { what: string; share: number; known: string } {
  const { stage, share, underWay, upTo, left, cells, drills, leader } = progress
  const candidates = underWay === 1 ? '1 candidate' : `${underWay} candidates`
  const known = [`${count(drills)} drills`, `${left} of ${cells} candidates left`]
  if (leader !== undefined) {
    const verdict = leader.verdict === 'meets' ? '' : ', not yet known to meet all'
    known.push(
      `cheapest ${candidateNames([leader])(leader)}, ${shortMoney(leader.usdPerYear, currency)} a year${verdict}`,
    )
  }
  return { what: `${STAGES[stage]}: ${candidates} to ${upTo} drills of each hazard`, share, known: known.join(', ') }
}

/** What a candidate is called: its strategy, its topology and what was changed, by the last words of each path. */
export function candidateNames(candidates: readonly Pick<Candidate, 'settings'>[]): NameOf {
  const paths = new Set(candidates.flatMap(({ settings }) => Object.keys(settings)))
  const words = new Map([...paths].map((path) => [path, lastWords(path, paths)]))
  return ({ strategy, topology, settings }) => {
    const changed = Object.entries(settings).map(([path, value]) => {
      return `${words.get(path) ?? path} = ${typeof value === 'string' ? value : JSON.stringify(value)}`
    })
    return [`${strategy} on ${topology}`, ...changed].join(', ')
  }
}

/** As many of a path's last words, at least two, as tell it from the others: 'bucket.class'. */
function lastWords(path: string, paths: ReadonlySet<string>): string {
  const words = path.split('.')
  for (let taken = 2; taken < words.length; taken += 1) {
    const ending = words.slice(-taken).join('.')
    if (![...paths].some((other) => other !== path && other.endsWith(`.${ending}`))) return ending
  }
  return path
}
