import type { TopLevelSpec } from 'vega-lite'
import { shortMoney } from '../text/human.ts'
import type { Currency } from '../text/human.ts'
import { cellRows, labelsAfter, moneyAYear, moneyLabels } from './drawing/marks.ts'
import { CONSEQUENCE_COLOUR, LINE_COLOURS, PAPER, PLOT_WIDTH, ROW_HEIGHT } from './drawing/theme.ts'

/** Only this many candidates are drawn, the cheapest ones. */
const MOST_CANDIDATES = 30
const [OUTLAY_COLOUR] = LINE_COLOURS

export interface CandidateCost {
  readonly name: string
  readonly isBest: boolean
  /** 'met', 'missed RTO', 'dearer', 'not known' */
  readonly verdict: string
  /** Where it had fewer of them than the others. */
  readonly drills: number | undefined
  readonly figures: { readonly outlay_usdPerYear: number; readonly penalty_usdPerYear: number }
}

/** What each candidate costs a year, and whether it meets the objectives; the cheapest first. */
export function candidateCosts(all: readonly CandidateCost[], currency: Currency): TopLevelSpec | undefined {
  const total = ({ figures }: CandidateCost): number => figures.outlay_usdPerYear + figures.penalty_usdPerYear
  const candidates = all.toSorted((a, b) => total(a) - total(b)).slice(0, MOST_CANDIDATES)
  if (candidates.length === 0) return undefined
  const rowName = ({ name, isBest }: CandidateCost): string => (isBest ? `→ ${name}` : name)
  const parts = candidates.flatMap((each) => [
    { cell: rowName(each), part: 'outlay', order: 0, perYear: each.figures.outlay_usdPerYear / currency.usd },
    { cell: rowName(each), part: 'penalty', order: 1, perYear: each.figures.penalty_usdPerYear / currency.usd },
  ])
  const totals = candidates.map((each) => ({
    cell: rowName(each),
    total_perYear: total(each) / currency.usd,
    label: `${shortMoney(total(each), currency)}, ${mark(each)}${each.verdict}${each.drills === undefined ? '' : `, after ${each.drills} drills`}`,
  }))
  const most = Math.max(...totals.map(({ total_perYear }) => total_perYear))
  const y = cellRows(candidates.map(rowName))
  const x = {
    type: 'quantitative',
    scale: { domain: [0, most * 1.6 || 1] as number[], nice: false },
    axis: { title: moneyAYear(currency), labelExpr: moneyLabels(currency), tickCount: 6 },
  } as const
  return {
    title: {
      text: 'What each candidate costs, and whether it meets the objectives',
      subtitle: [
        'Outlay, and the penalties to be expected: for each hazard, its rate times the mean penalty of its drills. Arrow: the one to choose.',
        ...(all.length > MOST_CANDIDATES ? [`The ${MOST_CANDIDATES} cheapest of ${all.length}.`] : []),
      ],
    },
    description: `Cost of each candidate. ${totals.map(({ cell, label }) => `${cell}: ${label}`).join('. ')}.`,
    data: { values: [...parts, ...totals] },
    width: PLOT_WIDTH,
    height: { step: ROW_HEIGHT },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.part)' }],
        mark: { type: 'bar', height: 14, stroke: PAPER, strokeWidth: 0.75 },
        encoding: {
          y,
          x: { ...x, field: 'perYear', stack: 'zero' },
          order: { field: 'order', type: 'quantitative' },
          color: {
            field: 'part',
            type: 'nominal',
            scale: { domain: ['outlay', 'penalty'], range: [OUTLAY_COLOUR!, CONSEQUENCE_COLOUR] },
            legend: { orient: 'top', title: null, symbolType: 'square' },
          },
        },
      },
      ...labelsAfter(
        { y, x: { ...x, field: 'total_perYear' }, text: { field: 'label' } },
        'isValid(datum.total_perYear)',
      ),
    ],
  }
}

function mark({ verdict }: CandidateCost): string {
  return verdict === 'met' ? '✔ ' : verdict.startsWith('missed') ? '✘ ' : ''
}
