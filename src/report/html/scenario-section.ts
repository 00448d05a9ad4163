import type { Results } from '../../experiment/results.ts'
import type { Manifest } from '../manifest.ts'
import type { Markup } from './markup.ts'
import { repeatSection } from './repeat-section.ts'

/** The scenario of a run, and what else is needed to get the same results. */
export function scenarioSection(
  results: Results,
  scenarioText: string,
  { created, versions }: Pick<Manifest, 'created' | 'versions'>,
): Markup {
  return repeatSection({
    heading: 'Scenario and how to get the same results',
    rule: 'The same scenario, seed and version of firedrill give the same digest.',
    facts: [
      ['Seed', results.seed],
      ['Digest of the results', results.digest],
      ...Object.entries(versions),
      ['Created', created],
    ],
    files: [{ name: 'Scenario file', text: scenarioText }],
  })
}
