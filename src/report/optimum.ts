import type { Candidate, Optimum } from '../experiment/optimise.ts'
import { money, percent, shortDuration, shortMoney } from './human.ts'
import { plainTable } from './plain-table.ts'

/** The candidates, the cheapest first, then the optimum and what makes it no cheaper. */
export function optimumText(
  { candidates, best, refuted, binding }: Optimum,
  share: number,
  confidence: number,
): string {
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
    '',
  ]
  for (const each of refuted) lines.push(`${candidateName(each)} met them by luck: not again with other dice.`)
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

export function candidateName({ strategy, topology, settings }: Candidate): string {
  const changed = Object.entries(settings).map(([path, value]) => {
    return `${path} = ${typeof value === 'string' ? value : JSON.stringify(value)}`
  })
  return [`${strategy} on ${topology}`, ...changed].join(', ')
}
