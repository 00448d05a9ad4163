import { nearestWord } from '../document/nearest-word.ts'
import { greaterEnd, meantQuantity } from './meant-quantity.ts'
import { durationOfSpan } from './spoken-times.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
/** A year as a span of time has 365 days; in rates (`0.05/year`) it is the average year of 365.25 days. */
const YEAR_S = 365 * DAY_S
const AVERAGE_YEAR_DAYS = 365.25

/** A kind of quantity, with its units and their factors to the base unit. */
export interface Dimension {
  /** Its name in messages: 'a bit rate'. */
  readonly name: string
  /** Unit → number of base units. */
  readonly units: ReadonlyMap<string, number>
  /** Unsupported ways of writing that people try, with the unit that they mean. */
  readonly aliases: readonly (readonly [pattern: RegExp, unit: string])[]
  /** Units that cannot be accepted, and why. */
  readonly refused?: ReadonlyMap<string, string>
  /** A number without a unit is allowed. */
  readonly unitless?: boolean
  /** Written before the number: '$'. */
  readonly prefix?: string
}

const BYTE_UNITS: ReadonlyArray<readonly [string, number]> = [
  ['B', 1],
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['PB', 1e15],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
  ['PiB', 2 ** 50],
]

const BIT_UNITS: ReadonlyArray<readonly [string, number]> = [
  ['bit', 1 / 8],
  ['kbit', 1e3 / 8],
  ['Mbit', 1e6 / 8],
  ['Gbit', 1e9 / 8],
  ['Tbit', 1e12 / 8],
]

const TIME_UNITS: ReadonlyArray<readonly [names: string, seconds: number]> = [
  ['us', 1e-6],
  ['ms', 1e-3],
  ['s second seconds', 1],
  ['min minute minutes', MINUTE_S],
  ['h hour hours', HOUR_S],
  ['d day days', DAY_S],
  ['week weeks', 7 * DAY_S],
  ['year years', YEAR_S],
]

const NO_MONTHS = 'months differ in length, so write days'

const PERIODS: ReadonlyArray<readonly [names: string, days: number]> = [
  ['day d', 1],
  ['week', 7],
  ['month', AVERAGE_YEAR_DAYS / 12],
  ['year', AVERAGE_YEAR_DAYS],
]

export const dimensions = {
  bytes: {
    name: 'a size',
    units: new Map(BYTE_UNITS),
    aliases: [
      [/^bytes?$/i, 'B'],
      [/^k$/i, 'kB'],
      [/^M$/i, 'MB'],
      [/^G$/i, 'GB'],
      [/^T$/i, 'TB'],
    ],
  },
  seconds: {
    name: 'a duration',
    units: new Map(TIME_UNITS.flatMap(([names, seconds]) => names.split(' ').map((name) => [name, seconds] as const))),
    aliases: [
      [/^(m|mins)$/, 'min'],
      [/^(hr|hrs)$/i, 'h'],
      [/^(sec|secs)$/i, 's'],
      [/^(w|wk|wks)$/i, 'weeks'],
      [/^(y|yr|yrs|a)$/i, 'years'],
    ],
    refused: new Map(['M', 'mo', 'month', 'months'].map((unit) => [unit, NO_MONTHS])),
  },
  bytesPerSecond: {
    name: 'a bit rate or byte rate',
    units: new Map([...BIT_UNITS, ...BYTE_UNITS].map(([unit, bytes]) => [`${unit}/s`, bytes])),
    aliases: [
      [/^[kK]Bps$/, 'kB/s'],
      [/^MBps$/, 'MB/s'],
      [/^GBps$/, 'GB/s'],
      [/^bps$/i, 'bit/s'],
      [/^k(bps|b\/s|bits?)$/i, 'kbit/s'],
      [/^m(bps|b\/s|bits?)$/i, 'Mbit/s'],
      [/^g(bps|b\/s|bits?)$/i, 'Gbit/s'],
      [/^t(bps|b\/s|bits?)$/i, 'Tbit/s'],
      [/^k$/i, 'kbit/s'],
      [/^M$/, 'Mbit/s'],
      [/^G$/i, 'Gbit/s'],
      [/^kB$/, 'kB/s'],
      [/^MB$/, 'MB/s'],
      [/^GB$/, 'GB/s'],
    ],
  },
  share: { name: 'a percentage', units: new Map([['%', 0.01]]), aliases: [[/^(percent|pct)$/i, '%']] },
  sharePerDay: {
    name: 'a percentage per time',
    units: perPeriod('%/', (days) => 0.01 / days),
    aliases: [[/^%$/, '%/day']],
  },
  bytesPerDay: {
    name: 'a size per time',
    units: new Map(BYTE_UNITS.flatMap(([unit, bytes]) => [...perPeriod(`${unit}/`, (days) => bytes / days)])),
    aliases: [],
  },
  sharePerYear: {
    name: 'a percentage per time',
    units: perPeriod('%/', (days) => (0.01 * AVERAGE_YEAR_DAYS) / days),
    aliases: [[/^%$/, '%/year']],
  },
  perYear: {
    name: 'a frequency',
    units: new Map([
      ...perPeriod('/', (days) => AVERAGE_YEAR_DAYS / days),
      ...perPeriod('%/', (days) => (0.01 * AVERAGE_YEAR_DAYS) / days),
    ]),
    aliases: [
      [/^\/(y|yr|a)$/i, '/year'],
      [/^%$/, '%/year'],
    ],
  },
  count: {
    name: 'a number',
    units: new Map([
      ['k', 1e3],
      ['M', 1e6],
      ['G', 1e9],
    ]),
    aliases: [
      [/^(m|million|mio)$/i, 'M'],
      [/^(b|billion)$/i, 'G'],
      [/^(thousand)$/i, 'k'],
    ],
    unitless: true,
  },
  entriesPerSecond: {
    name: 'a rate of directory entries',
    units: new Map([
      ['/s', 1],
      ['k/s', 1e3],
      ['M/s', 1e6],
    ]),
    aliases: [],
  },
  requestsPerSecond: {
    name: 'a rate of requests',
    units: new Map([
      ['/s', 1],
      ['k/s', 1e3],
      ['/min', 1 / 60],
    ]),
    aliases: [[/^(per second|rps)$/i, '/s']],
  },
  usd: { name: 'an amount of US dollars', prefix: '$', units: new Map([['', 1]]), aliases: [] },
  usdPerHour: {
    name: 'US dollars per time',
    prefix: '$',
    units: new Map([
      ['/h', 1],
      ['/min', 60],
      ['/day', 1 / 24],
    ]),
    aliases: [
      [/^\/(hour|hr)$/i, '/h'],
      [/^\/d$/i, '/day'],
    ],
  },
  usdPerMonth: {
    name: 'US dollars per time',
    prefix: '$',
    units: new Map([
      ['/month', 1],
      ['/year', 1 / 12],
      ['/h', (AVERAGE_YEAR_DAYS * 24) / 12],
    ]),
    aliases: [[/^\/mo$/i, '/month']],
  },
  usdPerMbitMonth: {
    name: 'US dollars for a bit rate',
    prefix: '$',
    units: new Map([
      ['/Mbit/month', 1],
      ['/Gbit/month', 1e-3],
    ]),
    aliases: [[/^\/(Mbps|Mbit\/s)(\/month)?$/i, '/Mbit/month']],
  },
  usdPerYear: {
    name: 'US dollars per time',
    prefix: '$',
    units: new Map([
      ['/year', 1],
      ['/month', 12],
    ]),
    aliases: [[/^\/(y|yr|a)$/i, '/year']],
  },
  usdPerGBMonth: {
    name: 'US dollars for storage',
    prefix: '$',
    units: new Map([
      ['/GB/month', 1],
      ['/GiB/month', 1e9 / 2 ** 30],
      ['/TB/month', 1e-3],
    ]),
    aliases: [[/^\/(GB-month|GB-mo|GBmonth)$/i, '/GB/month']],
  },
  usdPerGB: {
    name: 'US dollars for traffic',
    prefix: '$',
    units: new Map([
      ['/GB', 1],
      ['/GiB', 1e9 / 2 ** 30],
      ['/TB', 1e-3],
    ]),
    aliases: [],
  },
  usdPerThousand: {
    name: 'US dollars for requests',
    prefix: '$',
    units: new Map([
      ['/1000', 1],
      ['/1k', 1],
      ['/10k', 0.1],
      ['/1M', 1e-3],
    ]),
    aliases: [[/^\/(k|thousand)$/i, '/1000']],
  },
} as const satisfies Record<string, Dimension>

export type DimensionName = keyof typeof dimensions

function perPeriod(before: string, value: (days: number) => number): Map<string, number> {
  const units = new Map<string, number>()
  for (const [names, days] of PERIODS) for (const name of names.split(' ')) units.set(before + name, value(days))
  return units
}

/** A quantity in base units, or what is wrong with the way it is written. */
export type ParsedQuantity =
  | { readonly value: number }
  | { readonly problem: string; readonly suggestion?: string | undefined }

const NUMBER = /^([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/

/** Reads a size with its unit, '1.2 TB', or a number of bytes. */
export function parseSize(written: string): ParsedQuantity {
  if (/^\d+(\.\d+)?([eE]\+?\d+)?$/.test(written)) return { value: Number(written) }
  return parseQuantity(written, 'bytes')
}

/** Reads a quantity, '100 Mbit/s', into base units: bytes, seconds, bytes a second, shares, US dollars. */
export function parseQuantity(written: string, dimensionName: DimensionName, signed = false): ParsedQuantity {
  const parsed = readQuantity(written, dimensionName, signed)
  if ('value' in parsed) return parsed
  const isRead = (text: string): boolean => 'value' in readQuantity(text, dimensionName, signed)
  const end = greaterEnd(written.trim(), isRead)
  if (end !== undefined && parsed.suggestion === undefined) {
    return { problem: `'${written}' is a range, and not one value`, suggestion: end }
  }
  const { prefix } = dimensions[dimensionName] as Dimension
  const { suggestion = written } = parsed
  const meant = meantQuantity(suggestion, isRead) ?? amountMeant(suggestion, prefix, isRead)
  return meant === undefined ? parsed : { ...parsed, suggestion: meant }
}

/** With what stands before the number, the number could not be respelled. */
function amountMeant(text: string, prefix: string | undefined, isRead: (text: string) => boolean): string | undefined {
  if (prefix === undefined || !text.startsWith(prefix)) return undefined
  const meant = meantQuantity(text.slice(prefix.length), (amount) => isRead(prefix + amount))
  return meant === undefined ? undefined : prefix + meant
}

function readQuantity(written: string, dimensionName: DimensionName, signed: boolean): ParsedQuantity {
  const dimension: Dimension = dimensions[dimensionName]
  const text = written.trim()
  const { prefix } = dimension
  if (prefix !== undefined && !text.startsWith(prefix)) {
    // '40 EUR/month' and '€40/month' are read too: a scenario can be written in any currency.
    const amount = text.replace(/^[^\d.$-]+/, '').replace(/(?<=\d)\s*(?:[A-Z]{3}|[€£¥])(?=\/|$)/, '')
    const suggestion = NUMBER.test(amount) ? prefix + amount : undefined
    return { problem: `'${written}' does not begin with '${prefix}', as amounts of all currencies do`, suggestion }
  }
  const span = dimensionName === 'seconds' ? durationOfSpan(text) : undefined
  if (span !== undefined) {
    return { problem: `'${written}' says from when to when, and not for how long`, suggestion: span }
  }
  const once = dimensionName === 'perYear' ? onceIn(text) : undefined
  if (once !== undefined) return { problem: `'${written}' is not how often in a year`, suggestion: once }
  const match = NUMBER.exec(text.slice(prefix?.length ?? 0).trim())
  if (match === null) return { problem: `'${written}' does not begin with a number` }
  const [, digits = '', unit = ''] = match
  const number = Number(digits.replaceAll('_', ''))
  if (!Number.isFinite(number)) return { problem: `'${digits}' is not a number` }
  const known = unit.replace(/\s*\/\s*/g, '/')
  const factor = known === '' && dimension.unitless === true ? 1 : dimension.units.get(known)
  if (factor === undefined) return wrongUnit(written, known, dimension)
  if (number < 0 && !signed) return { problem: `${written} is negative` }
  // Powers of ten below one are not exact in binary: 5 * 0.01 is not 0.05, but 5 / 100 is.
  const value = factor < 1 && Number.isInteger(1 / factor) ? number / (1 / factor) : number * factor
  // Rounded, because sizes drawn from a range, such as 58.2275029 MB, would have fractions of a byte.
  return { value: dimensionName === 'bytes' ? Math.round(value) : value }
}

/** 'once in 500 years' or '1/500 years', as a frequency: 0.002/year. */
function onceIn(text: string): string | undefined {
  const [, years] = /^(?:(?:once|1)\s+(?:in|every|per)|1\s*\/|every)\s*(\d+)\s*(?:years?|y|a)$/i.exec(text) ?? []
  return years === undefined || Number(years) === 0 ? undefined : `${Number((1 / Number(years)).toPrecision(4))}/year`
}

function wrongUnit(written: string, unit: string, dimension: Dimension): ParsedQuantity {
  if (unit === '') {
    const [first = ''] = dimension.units.keys()
    const share = first.startsWith('%') && Number(written) <= 1
    return { problem: `${written} has no unit`, ...(share ? { suggestion: `${Number(written) * 100} ${first}` } : {}) }
  }
  const refusal = dimension.refused?.get(unit)
  if (refusal !== undefined) {
    const days = Math.round((Number.parseFloat(written) * AVERAGE_YEAR_DAYS) / 12)
    return { problem: `'${written}': ${refusal}`, suggestion: `${days} d` }
  }
  return { problem: `unknown unit '${unit}' in '${written}'`, suggestion: nearestUnit(unit, dimension) }
}

function nearestUnit(unit: string, { units, aliases }: Dimension): string | undefined {
  for (const [pattern, meant] of aliases) if (pattern.test(unit)) return meant
  return nearestWord(unit, units.keys())
}

const SCALES: Readonly<Record<'bytes' | 'seconds' | 'bytesPerSecond', readonly (readonly [string, number])[]>> = {
  bytes: [
    ['TB', 1e12],
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
    ['B', 1],
  ],
  seconds: [
    ['d', DAY_S],
    ['h', HOUR_S],
    ['min', MINUTE_S],
    ['s', 1],
    ['ms', 1e-3],
  ],
  bytesPerSecond: [
    ['GB/s', 1e9],
    ['MB/s', 1e6],
    ['kB/s', 1e3],
    ['B/s', 1],
  ],
}

/** A quantity as it would be written in a scenario: '30 d', '2.1 GB/s', 'unlimited'. */
export function formatQuantity(value: number, dimension: keyof typeof SCALES): string {
  if (value === Infinity) return 'unlimited'
  const scales = SCALES[dimension]
  const [unit, factor] = scales.find(([, size]) => value >= size) ?? scales.at(-1) ?? ['', 1]
  return `${Number((value / factor).toPrecision(4))} ${unit}`
}
