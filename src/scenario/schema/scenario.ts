import { z } from 'zod'
import { didYouMean } from '../document/nearest-word.ts'
import { describe, quantity } from '../quantities/quantity.ts'
import { compliance } from './compliance.ts'
import { datasets } from './datasets.ts'
import { experiment } from './experiment.ts'
import { hazards } from '../hazards/index.ts'
import { instant } from './instant.ts'
import { money, priceBook } from './money.ts'
import { monitoring } from './monitoring.ts'
import { section, text } from './section.ts'
import { security } from './security.ts'
import { services } from './services.ts'
import { recovery, repository, strategies } from './strategies.ts'
import { topology } from './topology.ts'

/** Version of the scenario language. */
const LANGUAGE_VERSION = 1

const version = z.literal(LANGUAGE_VERSION, {
  error: ({ input }) =>
    input === undefined
      ? `is missing; a scenario file begins with firedrill: ${LANGUAGE_VERSION}, the version of its language`
      : `found ${describe(input)}; this firedrill reads version ${LANGUAGE_VERSION} of the language of scenarios, written firedrill: ${LANGUAGE_VERSION}`,
})

const timezone = z
  .unknown()
  .meta({ type: 'string', examples: ['Europe/Berlin'] })
  .transform((value, context): string => {
    if (typeof value === 'string' && isTimezone(value)) return value
    const near = typeof value === 'string' ? didYouMean(value, Intl.supportedValuesOf('timeZone')) : ''
    const message = `found ${describe(value)}; expected a time zone such as Europe/Berlin or UTC${near}`
    context.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  })

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** A whole scenario file. */
export const scenarioSchema = section({
  firedrill: version,
  name: text('"Small office, three copies"'),
  start: instant,
  timezone: timezone.optional(),
  horizon: quantity('seconds', { example: '13 weeks', positive: true }),
  topology,
  datasets,
  services,
  recovery: recovery.optional(),
  repository: repository.optional(),
  strategies,
  security: security.optional(),
  monitoring: monitoring.optional(),
  money: money.optional(),
  prices: priceBook.optional(),
  hazards: hazards.default({}),
  compliance: compliance.default({}),
  experiment: experiment.prefault({}),
})

export type ScenarioDocument = z.output<typeof scenarioSchema>
