import type { ServiceLosses } from '../../experiment/losses/index.ts'
import { lossRates } from '../charts/loss-rates.ts'
import { cellNames } from '../text/cell-names.ts'
import { CAVEATS, lossCauses, lossWords, lossesTable, notExcluded } from '../text/losses-text.ts'
import type { Study } from './study.ts'

/**
 * `firedrill losses` as a page.
 * @param scenario its name
 */
export function lossesStudy(scenario: string, found: readonly ServiceLosses[]): Study {
  const nameOf = cellNames(found)
  const rates = found.map((each) => ({
    name: `${each.service} with ${nameOf(each)}`,
    losses_perYear: each.losses_perYear,
    ci95: each.ci95,
    notExcluded_perYear: notExcluded(each),
    words: lossWords(each),
  }))
  const causes = lossCauses(found).flatMap(({ of, causes: own }) =>
    own[0] === undefined ? [] : [`${of} is lost above all by ${own[0]}.`],
  )
  return {
    title: `${scenario}: how often everything is lost`,
    about: 'For each service and strategy: how often nothing of it can be restored, and by which hazards together.',
    findings: [
      rates
        .map(({ name, words }) => `${name}: ${words === 'never seen' ? 'no loss was seen' : `lost ${words}`}`)
        .join('; ') + '.',
      ...causes,
    ],
    charts: { 'loss-rates': lossRates(rates) },
    tables: [lossesTable(found)],
    notes: [...CAVEATS],
  }
}
