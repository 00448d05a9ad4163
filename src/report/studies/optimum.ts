import type { Optimum } from '../../experiment/optimise/index.ts'
import { candidateCosts } from '../charts/candidate-costs.ts'
import type { Currency } from '../text/human.ts'
import { candidateWords, optimumFindings, optimumNotes, optimumTables } from '../text/optimum.ts'
import type { Study } from './study.ts'

/**
 * `firedrill optimize` as a page.
 * @param scenario its name
 */
export function optimumStudy(
  scenario: string,
  optimum: Optimum,
  { share, confidence, currency }: { share: number; confidence: number; currency: Currency },
): Study {
  return {
    title: `${scenario}: the cheapest that meets the objectives`,
    about: `${optimum.candidates.length} candidates, ${optimum.drills.toLocaleString('en')} drills.`,
    findings: optimumFindings(optimum, currency),
    charts: { 'candidate-costs': candidateCosts(candidateWords(optimum), currency) },
    tables: optimumTables(optimum, currency),
    notes: optimumNotes(optimum, share, confidence, currency),
  }
}
