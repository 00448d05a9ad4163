import { z } from 'zod'
import { dimensions, parseQuantity } from './units.ts'
import type { Dimension, DimensionName } from './units.ts'

export interface QuantityOptions {
  /** A correct example: '100 Mbit/s'. */
  readonly example: string
  /** The word 'unlimited' is read as infinity. */
  readonly unlimited?: boolean
  /** What else is allowed, for messages: ', or auto'. */
  readonly or?: string
  /** Values below zero are allowed. */
  readonly signed?: boolean
  /** Zero is rejected. */
  readonly positive?: boolean
  /** In base units. */
  readonly max?: { readonly value: number; readonly text: string }
  readonly description?: string
}

type Quantity = z.ZodPipe<z.ZodUnknown, z.ZodTransform<number>>

/**
 * A quantity with its unit, converted to base units. Messages do not contain the place, which only the reader of the
 * file knows.
 */
export function quantity(dimensionName: DimensionName, options: QuantityOptions): Quantity {
  const dimension: Dimension = dimensions[dimensionName]
  const {
    example,
    unlimited = false,
    or = unlimited ? ', or unlimited' : '',
    positive = false,
    signed = false,
    max,
  } = options
  const expected = `expected ${dimension.name} such as ${example}${or}`
  return z
    .unknown()
    .meta(jsonSchemaOf(dimension, options))
    .transform((written, context): number => {
      const fail = (message: string): never => {
        context.issues.push({ code: 'custom', message, input: written, params: { shape: isMapping(written) } })
        return z.NEVER
      }
      if (written === undefined) return fail(`is missing; ${expected}`)
      if (written === null) return fail(`has no value; ${expected}`)
      if (unlimited && written === 'unlimited') return Infinity
      if (typeof written !== 'string' && typeof written !== 'number') {
        return fail(`found ${describe(written)}; ${expected}`)
      }
      const parsed = parseQuantity(String(written), dimensionName, signed)
      if ('problem' in parsed) {
        const { suggestion } = parsed
        return fail(
          `${parsed.problem}; ${expected}${suggestion === undefined ? '' : `; did you mean '${suggestion}'?`}`,
        )
      }
      if (positive && parsed.value === 0) return fail(`${written} is not above zero; ${expected}`)
      if (max !== undefined && parsed.value > max.value) return fail(`${written} is more than ${max.text}; ${expected}`)
      return parsed.value
    })
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** How a message refers to a value. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'no value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`
  return `a ${typeof value}`
}

/** A regular expression that matches a text literally. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function jsonSchemaOf(
  dimension: Dimension,
  { example, unlimited, signed, description }: QuantityOptions,
): Record<string, unknown> {
  const units = [...dimension.units.keys()].map(escaped).join('|')
  const optional = dimension.unitless === true ? '?' : ''
  const number = `${signed === true ? '-?' : ''}${escaped(dimension.prefix ?? '')}\\s*\\d[\\d_]*(\\.\\d*)?([eE][+-]?\\d+)?\\s*(${units})${optional}`
  return {
    type: dimension.unitless === true ? ['string', 'number'] : 'string',
    pattern: unlimited === true ? `^(${number}|unlimited)$` : `^${number}$`,
    examples: [example],
    ...(description === undefined ? {} : { description }),
  }
}
