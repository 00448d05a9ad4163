import type { FigureName } from '../../experiment/figures.ts'
import type { SweepRow } from '../../experiment/sweep.ts'
import { tornadoChart } from '../charts/tornado.ts'
import type { TornadoInput } from '../charts/tornado.ts'
import { MOST_VARIANTS, variantsChart } from '../charts/variants.ts'
import { cellNames } from '../text/cell-names.ts'
import { currencyOf } from '../text/currency.ts'
import type { TextTable } from '../text/plain-table.ts'
import { sweepFindings, variantNames } from '../text/sweep-findings.ts'
import { sweepColumns, sweepNotes, wordsOfFigure } from '../text/sweep-table.ts'
import type { Study } from './study.ts'

const CHARTED: readonly FigureName[] = ['rpo_s', 'rto_s', 'total_usdPerYear']

/**
 * `firedrill sweep` as a page.
 * @param scenario its name
 * @param figure   what the sensitivity is of
 */
export function sweepStudy(
  scenario: string,
  rows: readonly SweepRow[],
  figure: FigureName,
  sensitivity: { readonly bars: readonly TornadoInput[]; readonly shares: readonly TextTable[] },
): Study {
  const currency = currencyOf(rows.map(({ cell }) => cell))
  const nameOf = cellNames(rows)
  const variants = new Set(rows.map(({ point }) => point)).size
  const charted = rows.filter(({ point }) => point < MOST_VARIANTS)
  const note = variants > MOST_VARIANTS ? [`The first ${MOST_VARIANTS} of ${variants} variants.`] : []
  const changesOf = variantNames(rows)
  const points = charted.map((row) => ({
    variant: changesOf(row),
    cell: nameOf(row),
    loses: row.figures.loss > 0,
    figures: { ...row.figures },
  }))
  const figures = CHARTED.map((key) => ({ key, ...wordsOfFigure(key, currency) }))
  return {
    title: `${scenario}: what if`,
    about: `${variants} variants of the scenario, which all meet the same incidents.`,
    findings: sweepFindings(rows),
    charts: {
      tornado: tornadoChart(sensitivity.bars, wordsOfFigure(figure, currency)),
      variants: variantsChart(points, figures, note),
    },
    tables: [...sensitivity.shares, sweepColumns(rows)],
    notes: sweepNotes(rows),
  }
}
