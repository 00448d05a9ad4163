import { z } from 'zod'
import { lawOf as kernelLawOf } from '../../kernel/index.ts'
import type { Distribution, HazardSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { lawOf } from '../quantities/duration-law.ts'
import { quantity } from '../quantities/quantity.ts'
import type { ReferenceLaw, ReferenceRate } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import type { DurationLaw } from '../schema/distribution.ts'
import { instant } from '../schema/instant.ts'
import { section, text } from '../schema/section.ts'

const RATE = '0.05/year'
const YEAR_S = 365.25 * 86_400

/** Fields that every hazard may have. */
const common = {
  rate: quantity('perYear', { example: RATE }).optional(),
  /** Distribution of the time from one incident to the next, instead of a rate. */
  every: durationLaw.optional(),
  at: instant.optional(),
  source: text('"Uptime Institute, 2025"').optional(),
}

/** What a name in a hazard may refer to. */
export type Referable =
  | 'sites'
  | 'regions'
  | 'domains'
  | 'nodes'
  | 'stores'
  | 'links'
  | 'datasets'
  | 'hazards'
  | 'credentials'
  /** Credentials where any are declared, otherwise stores, and nodes for their snapshots. */
  | 'credentials, stores or nodes'

/** A name that must exist, with its path within the hazard. */
export interface HazardReference {
  readonly field: Path
  readonly name: string
  readonly to: readonly Referable[]
}

/** What the reader of a hazard's own fields may use. */
export interface HazardContext {
  /** Fields that every hazard has. */
  readonly common: {
    readonly name: string
    readonly rate_perYear: number
    readonly between?: Distribution
    readonly at_s?: number
    readonly source?: string
  }
  /** The law that was written, or else that of the reference data, which then is an assumption; a constant 0 without either. */
  readonly law: (field: string, written: DurationLaw | undefined, otherwise?: ReferenceLaw) => Distribution
  /** Notes a figure of the reference data that stands in for one missing from the scenario. */
  readonly assume: Compilation['assume']
}

interface Definition<Kind extends HazardSpecification['kind'], Fields extends z.ZodRawShape> {
  readonly kind: Kind
  readonly fields: Fields
  /** Used where the scenario gives no rate. */
  readonly rate?: ReferenceRate
  readonly refers: (hazard: Extract<HazardSpecification, { kind: Kind }>) => readonly HazardReference[]
  readonly read: (
    written: z.output<z.ZodObject<Fields>>,
    context: HazardContext,
  ) => Extract<HazardSpecification, { kind: Kind }>
}

/** One kind of hazard in the language of scenarios. To add one: a file in this folder, and a line in the registry. */
export function hazardReader<Kind extends HazardSpecification['kind'], Fields extends z.ZodRawShape>(
  definition: Definition<Kind, Fields>,
) {
  const { kind, fields, rate, refers } = definition
  const schema = section({ kind: z.literal(kind), ...fields, ...common })
  const read = (name: string, written: unknown, compilation: Compilation): HazardSpecification => {
    // The schema has passed it; zod's type of a spread shape is of no use here.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const said = written as z.output<z.ZodObject<Fields>> & z.output<z.ZodObject<typeof common>>
    const path: Path = ['hazards', name]
    const context: HazardContext = {
      common: commonOf(name, said, rate, compilation),
      law(field, law, otherwise) {
        if (law !== undefined) return lawOf(law, [...path, field], compilation)
        if (otherwise === undefined) return { law: 'constant', value: 0 }
        compilation.assume(`hazards.${name}.${field}`, otherwise.text, otherwise)
        return otherwise.law
      },
      assume: (subject, value, origin) => compilation.assume(`hazards.${name}.${subject}`, value, origin),
    }
    return definition.read(said, context)
  }
  const references = (hazard: HazardSpecification): readonly HazardReference[] =>
    // Its kind is this reader's: that is how it was found.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    refers(hazard as Extract<HazardSpecification, { kind: Kind }>)
  return { kind, schema, read, references }
}

function commonOf(
  name: string,
  written: z.output<z.ZodObject<typeof common>>,
  reference: ReferenceRate | undefined,
  compilation: Compilation,
): HazardContext['common'] {
  const { every, at, source } = written
  const { start, horizon_s } = compilation.frame
  const path: Path = ['hazards', name]
  const between = every === undefined ? undefined : betweenOf(every, [...path, 'every'], compilation)
  const rate = written.rate ?? (between === undefined ? undefined : YEAR_S / meanOf(between))
  if (written.rate !== undefined && between !== undefined) {
    compilation.problem([...path, 'every'], 'stands beside rate; expected one of the two', 'key')
  }
  if (rate !== undefined) {
    compilation.assume(`hazards.${name}.rate`, rateText(rate), {
      source: source ?? 'set by the scenario',
      mark: 'scenario',
      date: '',
    })
  } else if (at === undefined && reference === undefined) {
    compilation.problem(
      path,
      `rate is missing; expected a rate such as ${RATE}, or an instant, at: 2026-02-01T12:00:00Z`,
      'key',
    )
  } else if (at === undefined && reference !== undefined) {
    compilation.assume(`hazards.${name}.rate`, rateText(reference.perYear), reference)
  }
  const at_s = at === undefined ? undefined : at - start
  if (at_s !== undefined && !(at_s >= 0 && at_s < horizon_s)) {
    compilation.problem([...path, 'at'], 'is not between the start and the horizon of the scenario')
  }
  return {
    name,
    // A hazard staged at a fixed instant has no frequency, unless one is given.
    rate_perYear: rate ?? (at === undefined ? (reference?.perYear ?? 0) : 0),
    ...(between === undefined ? {} : { between }),
    ...(at_s === undefined ? {} : { at_s }),
    ...(source === undefined ? {} : { source }),
  }
}

/** Distribution of the time between incidents; never zero. */
function betweenOf(every: DurationLaw, path: Path, compilation: Compilation): Distribution {
  const law = lawOf(every, path, compilation)
  if (meanOf(law) > 0) return law
  compilation.problem(
    path,
    'is no time at all; expected the time between incidents, such as { exponential: { mean: 2 years } }',
  )
  return { law: 'constant', value: YEAR_S }
}

/** The mean of a law; a law with problems, which are reported elsewhere, may have none. */
function meanOf(law: Distribution): number {
  try {
    return kernelLawOf(law).mean
  } catch {
    return YEAR_S
  }
}

function rateText(perYear: number): string {
  return `${Number(perYear.toPrecision(4))} a year`
}
