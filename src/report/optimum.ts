import type { Candidate, Optimum } from '../experiment/optimise.ts'
import { money, percent, shortDuration, shortMoney } from './human.ts'
import { plainTable } from './plain-table.ts'

/** The candidates, the cheapest first, then the optimum and what makes it no cheaper. */
export function optimumText(
  { candidates, best, refuted, binding, interrupted }: Optimum,
  share: number,
  confidence: number,
): string {
  const candidateName = candidateNames(candidates)
  const most = Math.max(0, ...candidates.map(drillsOf))
  const table = plainTable(
    ['', 'objectives', 'RPO p95', 'RTO p95', 'lost', 'outlay/y', 'penalty/y', 'total/y', 'front'],
    candidates.map((candidate) => {
      const { figures, verdict, pareto } = candidate
      return [
        `${candidate === best ? '→ ' : '  '}${candidateName(candidate)}`,
        { meets: 'met', fails: 'missed', undecided: '?' }[verdict],
        shortDuration(figures.rpoP95_s),
        shortDuration(figures.rtoP95_s),
        percent(figures.loss),
        shortMoney(figures.outlay_usdPerYear),
        shortMoney(figures.penalty_usdPerYear),
        shortMoney(figures.total_usdPerYear),
        pareto ? '•' : '',
      ]
    }),
  )
  const lines = [
    table,
    `met: at least ${percent(share)} of the incidents of each hazard meet each objective, with ${percent(confidence)} ` +
      'confidence. •: on the Pareto',
    'front of total cost, RPO p95, RTO p95 and loss.',
  ]
  const dropped = candidates.filter((each) => drillsOf(each) < most)
  if (dropped.length > 0) {
    lines.push(`The figures of the ${dropped.length} that were dropped early are of ${drillsOf(dropped[0]!)} drills.`)
  }
  lines.push('')
  for (const each of refuted) lines.push(`${candidateName(each)} met them by luck: not again with other dice.`)
  if (interrupted !== undefined) {
    const { during, complete, variants } = interrupted
    lines.push(
      `Interrupted during ${during}, after ${complete} of ${variants} variants: none is confirmed as the cheapest.`,
    )
    return `${lines.join('\n')}\n`
  }
  if (best === undefined) {
    lines.push(
      'None of the candidates is known to meet every objective. Where it says ?, more --replications may tell.',
    )
    return `${lines.join('\n')}\n`
  }
  lines.push(
    `Cheapest: ${candidateName(best)}, ${money(best.figures.total_usdPerYear)} a year; confirmed with other dice.`,
  )
  if (binding.length === 0) lines.push('No objective binds: there is nothing cheaper among the candidates.')
  for (const { objective, service, hazard, instead, saving_usdPerYear, relaxedTo_s } of binding) {
    const enough = Number.isFinite(relaxedTo_s) ? ` ${shortDuration(relaxedTo_s)} would be enough.` : ''
    lines.push(
      `The ${objective.toUpperCase()} of ${service} after ${hazard} binds: without it, ${candidateName(instead)} would save ` +
        `${money(saving_usdPerYear)} a year.${enough}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** Of each hazard. */
function drillsOf({ constraints }: Candidate): number {
  return Math.max(0, ...constraints.map(({ n }) => n))
}

/** What a candidate is called: its strategy, its topology and what was changed, by the last words of each path. */
export function candidateNames(candidates: readonly Candidate[]): (candidate: Candidate) => string {
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
  for (let count = 2; count < words.length; count += 1) {
    const ending = words.slice(-count).join('.')
    if (![...paths].some((other) => other !== path && other.endsWith(`.${ending}`))) return ending
  }
  return path
}
