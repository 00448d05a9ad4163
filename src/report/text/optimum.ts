import type {
  BindingRequirement,
  Candidate,
  ConstraintState,
  Optimum,
  RaceProgress,
  Requirement,
} from '../../experiment/optimise/index.ts'
import { cellNames } from './cell-names.ts'
import type { CellName } from './cell-names.ts'
import { rateOf } from './currency.ts'
import { US_DOLLARS, count, money, percent, shortDuration, shortMoney } from './human.ts'
import type { Currency } from './human.ts'
import { titledTable } from './plain-table.ts'
import type { TextTable } from './plain-table.ts'
import { settingNames } from './settings-text.ts'
import { wrap } from './wrap.ts'

/**
 * The candidates that had all drills, then those that had fewer, as figures of fewer are no match for theirs; then the optimum
 * and what makes it no cheaper.
 */
export function optimumText(optimum: Optimum, share: number, confidence: number, currency = US_DOLLARS): string {
  const tables = optimumTables(optimum, currency).map(titledTable)
  const notes = optimumNotes(optimum, share, confidence, currency).map((note) => wrap('', note))
  return `${[...tables, ...notes, '', ...optimumFindings(optimum, currency)].join('\n')}\n`
}

/** The candidates by how far they came, of each a heading with its name above its figures. */
export function optimumTables(optimum: Optimum, currency = US_DOLLARS): TextTable[] {
  const { candidates } = optimum
  const nameOf = candidateNames(candidates, cellNames(candidates))
  const [finished, open, out] = (['finished', 'open', 'out'] as const).map((standing) =>
    candidates.filter((each) => each.standing === standing),
  )
  return [
    ...section(`With all drills, ${finished![0]?.drills} of each hazard`, finished!, [...FIGURES, 'front'], (each) => [
      `${each === optimum.best ? '→ ' : '  '}${nameOf(each)}`,
      verdictOf(each),
      ...figuresOf(each, currency),
      each.pareto ? '•' : '',
    ]),
    ...section('Still in the race', open!, [...FIGURES, 'drills'], (each) => [
      `  ${nameOf(each)}`,
      verdictOf(each),
      ...figuresOf(each, currency),
      String(each.drills),
    ]),
    // Figures of so few drills would only be compared with those above.
    ...section('Dropped before that, with fewer drills', out!, ['drills'], (each) => [
      `  ${nameOf(each)}`,
      whyOut(each, optimum),
      String(each.drills),
    ]),
  ]
}

/** What the columns mean. */
export function optimumNotes(
  { candidates, drills }: Optimum,
  share: number,
  confidence: number,
  currency = US_DOLLARS,
): string[] {
  return [
    `met: at least ${percent(share)} of the incidents of each hazard meet each objective, with ${percent(confidence)} confidence.`,
    ...(candidates.some(({ standing }) => standing === 'finished')
      ? [
          'RPO p95, RTO p95 and lost: after the hazard and of the service for which the mean, or the share, is largest.',
          '•: on the Pareto front of total cost, RPO p95, RTO p95 and loss, of those that had all drills.',
        ]
      : []),
    `Drills in all: ${count(drills)}.`,
    ...rateOf(currency),
  ]
}

/** What is cheapest, and what makes it no cheaper, in sentences. */
export function optimumFindings(optimum: Optimum, currency = US_DOLLARS): string[] {
  const { candidates } = optimum
  return outcome(optimum, candidateNames(candidates, cellNames(candidates)), currency)
}

/** A candidate as a chart shows it: its name, what it costs, and whether it meets the objectives. */
export function candidateWords({ candidates, best }: Optimum) {
  const nameOf = candidateNames(candidates, cellNames(candidates))
  return candidates.map((each) => ({
    name: nameOf(each),
    isBest: each === best,
    verdict: standingOf(each),
    drills: each.standing === 'finished' ? undefined : each.drills,
    figures: each.figures,
  }))
}

/** 'met', 'missed RTO', 'dearer', 'not known' */
function standingOf(candidate: Candidate): string {
  const { standing, verdict, dearer } = candidate
  if (standing === 'out' && verdict !== 'fails' && dearer) return 'dearer'
  return verdict === 'undecided' ? 'not known' : verdictOf(candidate)
}

type NameOf = (candidate: Pick<Candidate, 'strategy' | 'topology' | 'settings'>) => string

const FIGURES = ['RPO p95', 'RTO p95', 'lost', 'outlay/y', 'penalty/y', 'total/y']

/**
 * A table under its heading, of each candidate a line with its name above its figures; nothing where it would be empty.
 * @param row name, how it stands, and what is under `columns`
 */
function section(
  heading: string,
  candidates: readonly Candidate[],
  columns: readonly string[],
  row: (candidate: Candidate) => readonly [name: string, state: string, ...figures: string[]],
): TextTable[] {
  if (candidates.length === 0) return []
  const state = candidates[0]!.standing === 'out' ? 'because' : 'objectives'
  const rows = candidates.map(row).flatMap(([name, standing, ...figures]) => [[name], [`    ${standing}`, ...figures]])
  return [{ title: heading, headings: [state, ...columns], rows }]
}

function figuresOf({ figures }: Candidate, currency: Currency): string[] {
  return [
    shortDuration(figures.rpoP95_s),
    shortDuration(figures.rtoP95_s),
    percent(figures.loss),
    shortMoney(figures.outlay_usdPerYear, currency),
    shortMoney(figures.penalty_usdPerYear, currency),
    shortMoney(figures.total_usdPerYear, currency),
  ]
}

function verdictOf({ verdict, constraints, rules }: Candidate): string {
  if (verdict !== 'fails') return { meets: 'met', undecided: '?' }[verdict]
  const missed = constraints.filter(({ state }) => state === 'missed').map(({ objective }) => objective.toUpperCase())
  const broken = rules.filter(({ met }) => !met).map(({ rule }) => rule)
  return `missed ${[...new Set([...missed, ...broken])].join(', ')}`
}

/** 'RTO after fire: 1 of 12 drills, and 2 more' */
function whyOut(candidate: Candidate, { refuted }: Optimum): string {
  const { constraints, rules, dearer, verdict } = candidate
  if (verdict !== 'fails') return dearer ? 'dearer' : refuted.includes(candidate) ? 'not with another seed' : '?'
  const services = new Set(constraints.map(({ service }) => service)).size
  const reasons = [
    ...rules.filter(({ met }) => !met).map(({ rule }) => `rule ${rule}`),
    ...constraints
      .filter(({ state }) => state === 'missed')
      .toSorted((a, b) => shareOf(a) - shareOf(b))
      .map((missed) => {
        const { objective, service, hazard, met, n, atMost } = missed
        const whose = services === 1 ? '' : ` of ${service}`
        const how = atMost < met / n ? `${percent(atMost)} of the time` : `${met} of ${n} drills`
        return `${objective.toUpperCase()}${whose} after ${hazard}: met in ${how}`
      }),
  ]
  const more = reasons.length - 1
  return more === 0 ? reasons[0]! : `${reasons[0]}, and ${more} more`
}

/** No greater share of the incidents can meet it, as far as known. */
function shareOf({ met, n, atMost }: ConstraintState): number {
  return Math.min(atMost, met / n)
}

function outcome(
  { candidates, cells, best, refuted, binding, unmet, stoppedAt }: Optimum,
  nameOf: NameOf,
  currency: Currency,
): string[] {
  const lines = refuted.map((each) => `${nameOf(each)} met them by luck: not again with another seed.`)
  if (best !== undefined) {
    lines.push(
      `Cheapest: ${nameOf(best)}, ${money(best.figures.total_usdPerYear, currency)} a year; confirmed with another seed.`,
      ...(binding.length > 0 || stoppedAt !== undefined
        ? binding.map((each) => bindingLine(each, nameOf, currency))
        : ['No objective makes it dearer: it is the cheapest of all candidates.']),
    )
  }
  if (stoppedAt !== undefined) {
    const leader =
      cheapest(candidates.filter(({ verdict }) => verdict === 'meets')) ??
      cheapest(candidates.filter(({ verdict }) => verdict !== 'fails'))
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

function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((a, b) => a.figures.total_usdPerYear - b.figures.total_usdPerYear)[0]
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
  'another seed': 'the confirmation with another seed',
  'what binds': 'the search for what binds',
}

/** How far the race has come, for progress. */
export function raceProgress(
  progress: RaceProgress,
  cellName: CellName,
  currency = US_DOLLARS,
): { what: string; share: number; known: string } {
  const { stage, share, underWay, upTo, left, cells, drills, leader } = progress
  const candidates = underWay === 1 ? '1 candidate' : `${underWay} candidates`
  const known = [`${count(drills)} drills`, `${left} of ${cells} candidates left`]
  if (leader !== undefined) {
    const verdict = leader.verdict === 'meets' ? '' : ', not yet known to meet all'
    known.push(
      `cheapest ${candidateNames([leader], cellName)(leader)}, ${shortMoney(leader.usdPerYear, currency)} a year${verdict}`,
    )
  }
  return { what: `${STAGES[stage]}: ${candidates} to ${upTo} drills of each hazard`, share, known: known.join(', ') }
}

/** What a candidate is called: its strategy, its topology and what was changed. */
function candidateNames(candidates: readonly Pick<Candidate, 'settings'>[], cellName: CellName): NameOf {
  const changesOf = settingNames(candidates)
  return (candidate) => [cellName(candidate), ...changesOf(candidate.settings)].join(', ')
}
