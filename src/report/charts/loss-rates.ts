import type { TopLevelSpec } from 'vega-lite'
import { cellRows, labelColumn } from './drawing/marks.ts'
import { INK, LINE_COLOURS, PLOT_WIDTH, ROW_HEIGHT } from './drawing/theme.ts'

const [LOSS_COLOUR = INK] = LINE_COLOURS

export interface LossRate {
  /** 'shop with nightly' */
  readonly name: string
  /** 0 where no case was lost. */
  readonly losses_perYear: number
  readonly ci95: readonly [low: number, high: number]
  /** What cannot be ruled out besides, a year. */
  readonly notExcluded_perYear: number
  /** 'once in 33 years' */
  readonly words: string
}

/** How often each service is lost, on a logarithmic axis: from once a year to once in many lifetimes. */
export function lossRates(rates: readonly LossRate[]): TopLevelSpec | undefined {
  const rows = rates.map(({ name, losses_perYear, ci95: [low, high], notExcluded_perYear, words }) => ({
    cell: name,
    rate: positive(losses_perYear),
    low: positive(low) ?? positive(losses_perYear),
    high: positive(high),
    notExcluded: positive(notExcluded_perYear),
    words,
  }))
  const all = rows.flatMap(({ rate, low, high, notExcluded }) =>
    [rate, low, high, notExcluded].filter((x) => x !== undefined),
  )
  if (all.length === 0) return undefined
  const least = Math.floor(Math.log10(Math.min(...all)) - 0.3)
  const most = Math.max(0, Math.ceil(Math.log10(Math.max(...all))))
  const every = Math.max(1, Math.ceil((most - least) / 8))
  const values = Array.from({ length: Math.floor((most - least) / every) + 1 }, (_, k) => 10 ** (most - k * every))
  const y = cellRows(rows.map(({ cell }) => cell))
  const x = {
    type: 'quantitative',
    scale: { type: 'log', domain: [10 ** least, 10 ** most] as number[], nice: false },
    axis: {
      values,
      labelExpr:
        "datum.value === 1 ? 'every year' : '1 in ' + format(1 / datum.value, datum.value < 1e-6 ? '.0e' : ',.0f')",
      title: 'losses a year: once in so many years (log scale)',
      labelOverlap: true,
    },
  } as const
  return {
    title: {
      text: 'How often everything is lost',
      subtitle: [
        'Point: losses a year, with their 95 % interval (bar). Tick: what the cases staged cannot rule out. Further left is rarer.',
      ],
    },
    description: `How often each service is lost. ${rows.map(({ cell, words }) => `${cell}: ${words}`).join('. ')}.`,
    data: { values: rows },
    width: PLOT_WIDTH,
    height: { step: ROW_HEIGHT },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        mark: { type: 'rule', strokeWidth: 6, opacity: 0.45, color: LOSS_COLOUR },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        transform: [{ filter: 'isValid(datum.notExcluded)' }],
        mark: { type: 'tick', color: INK, thickness: 1.5, size: 12 },
        encoding: { y, x: { ...x, field: 'notExcluded' } },
      },
      {
        transform: [{ filter: 'isValid(datum.rate)' }],
        mark: { type: 'point', filled: true, size: 50, opacity: 1, color: LOSS_COLOUR },
        encoding: { y, x: { ...x, field: 'rate' } },
      },
      labelColumn({ y, text: { field: 'words' } }),
    ],
  }
}

/** A logarithmic axis has no zero. */
function positive(value: number): number | undefined {
  return value > 0 ? value : undefined
}
