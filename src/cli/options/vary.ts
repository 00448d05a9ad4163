import { parse } from 'yaml'
import type { Axis, ListAxis, RangeAxis } from '../../experiment/design.ts'
import { UsageError } from '../exit.ts'

const EXPECTED =
  'expected path=value,value,… such as links.wan.bandwidth="100 Mbit/s,1 Gbit/s", ' +
  'or path=low..high such as links.wan.bandwidth="20..200 Mbit/s" ("20..200 Mbit/s log" for equal ratios)'

/**
 * Reads a `--vary`: a list of values, or a range. Values are YAML; one that contains a comma is written in quotes or
 * brackets.
 */
export function readAxis(text: string, option = '--vary'): Axis {
  const at = text.indexOf('=')
  const path = text.slice(0, Math.max(0, at)).trim()
  const written = text.slice(at + 1).trim()
  if (at < 1 || path === '' || written === '') throw new UsageError(`${option} ${text}: ${EXPECTED}`)
  return readRange(path, written) ?? readList(path, written)
}

const NUMBER = String.raw`\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`
const RANGE = new RegExp(String.raw`^(\D*?)(${NUMBER})([^.\d]*?)\.\.(\D*?)(${NUMBER})(\D*?)( log)?$`)

function readRange(path: string, written: string): RangeAxis | undefined {
  const match = RANGE.exec(written)
  if (match === null) return undefined
  const [, prefixLow = '', low, suffixLow = '', prefixHigh = '', high, suffix = '', log] = match
  const units = suffixLow.trim() === '' || suffixLow.trim() === suffix.trim()
  const range = { low: Number(low), high: Number(high), logarithmic: log !== undefined }
  if (!units || (prefixHigh.trim() !== '' && prefixHigh !== prefixLow)) {
    throw new UsageError(`--vary ${path}=${written}: both ends of a range have the same unit, as in 20..200 Mbit/s`)
  }
  if (!(range.low < range.high)) throw new UsageError(`--vary ${path}=${written}: a range goes from low to high`)
  if (range.logarithmic && range.low === 0) throw new UsageError(`--vary ${path}=${written}: a ratio to 0 is none`)
  return { path, ...range, prefix: prefixLow, suffix }
}

function readList(path: string, written: string): ListAxis {
  let values: unknown
  try {
    values = parse(`[${written}]`)
  } catch {
    throw new UsageError(`--vary ${path}=${written}: ${EXPECTED}`)
  }
  if (!Array.isArray(values)) throw new UsageError(`--vary ${path}=${written}: ${EXPECTED}`)
  return { path, values: withUnit(values) }
}

const QUANTITY = new RegExp(String.raw`^${NUMBER}(\D+)$`)

/** `20,40,100 Mbit/s`: the unit of the last value is that of bare numbers before it. */
function withUnit(values: readonly unknown[]): readonly unknown[] {
  const last = values.at(-1)
  const [, unit] = (typeof last === 'string' && QUANTITY.exec(last)) || []
  if (unit === undefined || !values.slice(0, -1).every((value) => typeof value === 'number')) return values
  return values.map((value) => (typeof value === 'number' ? `${value}${unit}` : value))
}

/** All axes as lists of values. Of a range, the two ends are taken. */
export function listsOf(axes: readonly Axis[]): ListAxis[] {
  return axes.map((axis) => {
    if ('values' in axis) return axis
    const { path, low, high, prefix, suffix } = axis
    return { path, values: [`${prefix}${low}${suffix}`, `${prefix}${high}${suffix}`] }
  })
}

/** @throws UsageError when one is not a range */
export function rangesOf(axes: readonly Axis[], option: string): RangeAxis[] {
  return axes.map((axis) => {
    if ('low' in axis) return axis
    throw new UsageError(`${option} draws from ranges; --vary ${axis.path} is a list: write ${axis.path}=low..high`)
  })
}
