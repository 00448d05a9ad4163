import type { Compilation } from '../compilation.ts'
import { didYouMean } from '../document/nearest-word.ts'
import type { ComplianceRule } from '../scenario.ts'
import type { ComplianceDocument } from '../schema/compliance.ts'

const REQUIREMENTS = ['copies', 'media', 'offsite', 'immutable', 'verified', 'keep-at-least', 'keep-at-most'] as const

/** The compliance rules of a document that matches the schema. */
export function complianceFromDocument(
  document: ComplianceDocument,
  datasets: readonly string[],
  compilation: Compilation,
): ComplianceRule[] {
  return Object.entries(document).map(([name, written]) => {
    const path = ['compliance', name]
    const { copies, media, offsite, immutable, share, every, verified: verified_s } = written
    const { 'keep-at-least': for_s, 'keep-at-most': keepAtMost_s, 'max-age': maxAge_s = Infinity } = written
    if (REQUIREMENTS.every((requirement) => written[requirement] === undefined)) {
      compilation.problem(path, `asks for nothing; expected one of ${REQUIREMENTS.join(', ')}`, 'key')
    }
    if ((for_s === undefined) !== (every === undefined)) {
      const message =
        for_s === undefined
          ? 'has no effect without keep-at-least: how long the point of each such period is kept'
          : 'is nothing without every: 30 d, of which periods a point is kept'
      compilation.problem([...path, for_s === undefined ? 'every' : 'keep-at-least'], message, 'key')
    }
    if (for_s !== undefined && keepAtMost_s !== undefined && keepAtMost_s < for_s) {
      compilation.problem([...path, 'keep-at-most'], 'is less than keep-at-least; nothing can meet both')
    }
    const named = written.datasets === 'all' ? datasets : written.datasets
    for (const [index, dataset] of named.entries()) {
      if (datasets.includes(dataset)) continue
      const near = didYouMean(dataset, datasets) || `; there are ${datasets.join(', ')}`
      compilation.problem([...path, 'datasets', index], `'${dataset}' is not the name of a dataset${near}`)
    }
    return {
      name,
      datasets: named,
      share,
      maxAge_s,
      ...given({ copies, media, offsite, immutable, verified_s, keepAtMost_s }),
      ...(for_s === undefined || every === undefined ? {} : { keepAtLeast: { for_s, every_s: every } }),
    }
  })
}

type Optional = 'copies' | 'media' | 'offsite' | 'immutable' | 'verified_s' | 'keepAtMost_s'

/** Leaves out fields that were not written. */
function given(values: Readonly<Record<Optional, number | undefined>>): Partial<Record<Optional, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
