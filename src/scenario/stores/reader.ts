import { z } from 'zod'
import type { Distribution, Schedule, StoreSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { PriceBook } from '../sections/price-book.ts'
import type { Path } from '../document/document.ts'
import { lawOf } from '../quantities/duration-law.ts'
import { quantity } from '../quantities/quantity.ts'
import type { DurationLaw } from '../schema/distribution.ts'
import { list, reference, section, text } from '../schema/section.ts'
import { outsideWindows } from '../windows.ts'

export const rate = quantity('bytesPerSecond', { example: '400 MB/s', unlimited: true, positive: true })
export const capacity = quantity('bytes', { example: '8 TB', unlimited: true, positive: true })
export const duration = quantity('seconds', { example: '30 d' })
export const usdPerYear = quantity('usdPerYear', { example: '$900/year' })

/** Fields that every store has. */
const common = {
  site: reference('a site'),
  latency: quantity('seconds', { example: '25 ms' }).optional(),
  /** Windows in which it is connected; at all other times nobody can reach it. */
  connected: list(text('"daily 02:00-05:00"')).optional(),
}

/** What the reader of a store's own fields may use. */
export interface StoreContext {
  readonly name: string
  readonly site: string
  readonly latency_s: number | undefined
  /** Notes a figure that the results depend on; without an origin, one that the scenario sets. */
  readonly assume: (subject: string, value: string, origin?: Parameters<Compilation['assume']>[2]) => void
  readonly problem: (field: Path, message: string, part?: 'key' | 'value') => void
  readonly warn: (message: string) => void
  readonly law: (field: string, written: DurationLaw) => Distribution
  readonly schedule: (field: string, text: string) => Schedule
  /** A price of the scenario's price book, in US dollars; undefined where it has none. */
  readonly price: PriceBook['price']
}

interface Definition<Kind extends StoreSpecification['kind'], Fields extends z.ZodRawShape> {
  readonly kind: Kind
  readonly fields: Fields
  readonly read: (
    written: z.output<z.ZodObject<Fields>>,
    context: StoreContext,
  ) => Extract<StoreSpecification, { kind: Kind }>
}

/** One kind of store in the language of scenarios. To add one: a file in this folder, and a line in the registry. */
export function storeReader<Kind extends StoreSpecification['kind'], Fields extends z.ZodRawShape>(
  definition: Definition<Kind, Fields>,
) {
  const { kind, fields } = definition
  const schema = section({ kind: z.literal(kind), ...fields, ...common })
  const read = (name: string, written: unknown, compilation: Compilation): StoreSpecification => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has passed it; zod's type of a spread shape is of no use
    const said = written as z.output<z.ZodObject<Fields>> & z.output<z.ZodObject<typeof common>>
    const path: Path = ['topology', 'stores', name]
    const specification = definition.read(said, {
      name,
      site: said.site,
      latency_s: said.latency,
      assume: (subject, value, origin) => compilation.assume(`stores.${name}.${subject}`, value, origin),
      problem: (field, message, part) => compilation.problem([...path, ...field], message, part),
      warn: (message) => compilation.warnings.add(`stores.${name} ${message}`),
      law: (field, law) => lawOf(law, [...path, field], compilation),
      schedule: (field, calendar) => compilation.schedule([...path, field], calendar),
      price: (of, item) => compilation.prices?.price(of, item),
    })
    return said.connected === undefined
      ? specification
      : { ...specification, airGap: outsideWindows(said.connected, [...path, 'connected'], compilation) }
  }
  return { kind, schema, read }
}
