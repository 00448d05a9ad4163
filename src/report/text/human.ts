/** Quantities as people write them. The same text on every machine: nothing here asks the locale. */

import assert from 'node:assert/strict'

export { instantText as instant } from '../../scenario/quantities/instant-text.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** Text for what is not known: an empty sample, a value that no recovery has. */
export const UNKNOWN = '–'

/** Time units, largest first, and from where on a duration is written in them: objectives are 24 h, not 1 d. */
const TIME_UNITS = [
  { symbol: 'y', seconds: YEAR_S, from_s: 2 * YEAR_S },
  { symbol: 'd', seconds: DAY_S, from_s: 2 * DAY_S },
  { symbol: 'h', seconds: HOUR_S, from_s: HOUR_S },
  { symbol: 'min', seconds: MINUTE_S, from_s: MINUTE_S },
  { symbol: 's', seconds: 1, from_s: 0 },
] as const

/** Two units for prose: '2 d 3 h', '12 min 30 s', '45 s', rounded to the smaller one. Seconds in. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 0) return `−${duration(-seconds)}`
  if (seconds < 9.95) return `${significant(seconds, 2)} s`
  const index = TIME_UNITS.findIndex(({ from_s }) => seconds >= from_s)
  const [unit, smaller] = [TIME_UNITS[index], TIME_UNITS[index + 1]]
  assert(unit !== undefined, 'seconds begin at 0')
  if (smaller === undefined) return seconds < MINUTE_S - 0.5 ? `${Math.round(seconds)} s` : duration(MINUTE_S)
  const whole = Math.floor(seconds / unit.seconds)
  const rest = Math.round((seconds - whole * unit.seconds) / smaller.seconds)
  // Rounding may fill the unit: 59 min 59.7 s is an hour, written as such.
  if (rest * smaller.seconds >= unit.seconds) return duration((whole + 1) * unit.seconds)
  const first = `${count(whole)} ${unit.symbol}`
  return rest === 0 ? first : `${first} ${rest} ${smaller.symbol}`
}

/** One unit and three digits for tables: '23.5 h', '1.21 d', '45 s'. Days begin at 48 h. Seconds in. */
export function shortDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 0) return `−${shortDuration(-seconds)}`
  // A value is never written as 60 min or 48 h through rounding.
  if (seconds < 59.95) return `${significant(seconds, 3)} s`
  if (seconds < 59.95 * MINUTE_S) return `${significant(Math.max(1, seconds / MINUTE_S), 3)} min`
  if (seconds < 47.95 * HOUR_S) return `${significant(Math.max(1, seconds / HOUR_S), 3)} h`
  if (seconds < 2 * YEAR_S) return `${significant(seconds / DAY_S, 3)} d`
  return `${significant(seconds / YEAR_S, 3)} y`
}

/** '+2.5 h', '−30 min', '±0'; less than a second is no difference. */
export function signedDuration(seconds: number): string {
  if (Math.abs(seconds) < 1) return '±0'
  return seconds > 0 ? `+${shortDuration(seconds)}` : shortDuration(seconds)
}

/** Decimal size: '1.23 TB'. */
export function bytes(value: number | undefined): string {
  return scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'])
}

/** Rate of a link: bytes a second in, '87.3 Mbit/s' out, as links are sold. */
export function bitRate(bytesPerSecond: number | undefined): string {
  return scaled(bytesPerSecond === undefined ? undefined : bytesPerSecond * 8, 1000, [
    'bit/s',
    'kbit/s',
    'Mbit/s',
    'Gbit/s',
    'Tbit/s',
  ])
}

/** A currency in which money is shown. */
export interface Currency {
  /** ISO 4217. */
  readonly code: string
  /** What one unit is worth in US dollars. */
  readonly usd: number
}

export const US_DOLLARS: Currency = { code: 'USD', usd: 1 }

const SIGNS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' }

/** What stands before an amount: '$', '€', 'CHF '. */
export function signOf({ code }: Currency): string {
  return SIGNS[code] ?? `${code} `
}

/** US dollars in, '$1,234', '$12.40', '$0.0032', '$1.23M' out; or '€1,140'. */
export function money(usd: number | undefined, currency = US_DOLLARS): string {
  if (usd === undefined || !Number.isFinite(usd)) return UNKNOWN
  if (usd < 0) return `−${money(-usd, currency)}`
  return signOf(currency) + amountText(usd / currency.usd)
}

function amountText(amount: number): string {
  if (amount === 0) return '0'
  if (amount < 0.01) return significant(amount, 2)
  if (amount < 99.995) return amount.toFixed(2)
  if (amount < 999_999.5) return count(Math.round(amount))
  return amount < 999_999_500 ? `${significant(amount / 1e6, 4)}M` : `${significant(amount / 1e9, 4)}G`
}

/** In at most six characters, for tables: '$1.23k', '$28.4k', '$900', '$0.42'. US dollars in. */
export function shortMoney(usd: number | undefined, currency = US_DOLLARS): string {
  if (usd === undefined || !Number.isFinite(usd)) return UNKNOWN
  if (usd < 0) return `−${shortMoney(-usd, currency)}`
  return signOf(currency) + shortAmountText(usd / currency.usd)
}

function shortAmountText(amount: number): string {
  if (amount < 99.995) return amount === 0 ? '0' : significant(amount, amount < 1 ? 2 : 3)
  const rounded = Number(amount.toPrecision(3))
  if (rounded < 1000) return String(rounded)
  if (rounded < 1e6) return `${significant(rounded / 1e3, 3)}k`
  return rounded < 1e9 ? `${significant(rounded / 1e6, 3)}M` : `${significant(rounded / 1e9, 3)}G`
}

/**
 * A share in percent: '99.5 %'. Only what is exactly all or nothing is written 100 % or 0 %, so that one failure in ten
 * thousand shows.
 */
export function percent(share: number | undefined, digits = 3): string {
  if (share === undefined || !Number.isFinite(share)) return UNKNOWN
  if (share === 0 || share === 1) return `${share * 100} %`
  if (share > 0.9995 && share < 1) return '> 99.9 %'
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  const value = share * 100
  return `${value >= 99.5 && value < 100 ? value.toFixed(1) : significant(value, value < 10 ? 2 : digits)} %`
}

/** An interval, which is not known to three digits: '89–100 %' */
export function percentRange([low, high]: readonly [number, number]): string {
  return `${percent(low, 2).replace(' %', '')}–${percent(high, 2)}`
}

/** A count with thousands set apart by commas: '1,234,567'. */
export function count(value: number): string {
  return Number.isFinite(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : UNKNOWN
}

/** A number of any size with this many significant digits, without an exponent or trailing zeros: '0.0123', '4,560'. */
export function significant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return UNKNOWN
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(digits))
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)))
  const decimals = Math.min(Math.max(0, digits - 1 - magnitude), 20)
  const fixed = rounded.toFixed(decimals)
  const [whole = '0', fraction = ''] = fixed.split('.')
  const kept = fraction.replace(/0+$/, '')
  return kept === '' ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${kept}`
}

function scaled(value: number | undefined, base: number, symbols: readonly string[]): string {
  if (value === undefined || Number.isNaN(value)) return UNKNOWN
  if (value === Infinity) return 'unlimited'
  if (value < 0) return `−${scaled(-value, base, symbols)}`
  let index = 0
  let rest = value
  while (index < symbols.length - 1 && rest >= base * 0.9995) {
    rest /= base
    index += 1
  }
  return `${index === 0 && Number.isInteger(rest) ? rest : significant(rest, 3)} ${symbols[index]}`
}
