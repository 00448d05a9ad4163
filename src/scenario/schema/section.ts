import { z } from 'zod'
import { describe } from '../quantities/quantity.ts'

/**
 * A mapping with these keys and no others. The message of an unknown key's issue is the list of known keys: the code
 * that turns issues into text (document/schema-problems.ts) finds the nearest in it.
 * @param example shown when something else stands in its place
 */
export function section<Shape extends z.ZodRawShape>(
  shape: Shape,
  example?: string,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : mappingLike(example)(issue)),
  })
}

/** The message for something that is missing or not a mapping, where an example says more than that. */
export function mappingLike(
  example: string | undefined,
): (issue: { readonly code: string; readonly input?: unknown }) => string | undefined {
  return ({ code, input }) => {
    if (example === undefined || code !== 'invalid_type' || input === null) return undefined
    return `${input === undefined ? 'is missing' : `found ${describe(input)}`}; expected a mapping such as ${example}`
  }
}

/** Names of more than 100 letters fit into no table. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

/** A mapping from names to things of one kind. */
export function named<Thing extends z.ZodType>(thing: Thing): z.ZodRecord<z.ZodString, Thing> {
  return z.record(z.string().regex(NAME), thing)
}

/** A list that is not empty. */
export function list<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).min(1)
}

/** The name of something defined elsewhere in the file; `kind` has its article: 'a store'. */
export function reference(kind: string): z.ZodString {
  return z.string({
    error: ({ input }) =>
      input === undefined
        ? `is missing; expected the name of ${kind}`
        : `found ${describe(input)}; expected the name of ${kind}`,
  })
}

/** Free text. */
export function text(example: string): z.ZodString {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `is missing; expected a text such as ${example}`
          : `found ${describe(input)}; expected a text such as ${example}`,
    })
    .min(1, { error: `is an empty text; expected one such as ${example}` })
}

/** A number without a unit. */
export function number(options: {
  min: number
  max?: number
  whole?: boolean
  example: string
}): z.ZodPipe<z.ZodUnknown, z.ZodTransform<number>> {
  const { min, max = Infinity, whole = false, example } = options
  const range = max === Infinity ? `from ${min} up` : `from ${min} to ${max}`
  const expected = `expected a ${whole ? 'whole ' : ''}number ${range}, such as ${example}`
  return z
    .unknown()
    .meta({ type: whole ? 'integer' : 'number', minimum: min, ...(max === Infinity ? {} : { maximum: max }) })
    .transform((value, context): number => {
      if (typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value
      const message = value === undefined ? `is missing; ${expected}` : `found ${describe(value)}; ${expected}`
      context.issues.push({ code: 'custom', message, input: value })
      return z.NEVER
    })
}
