import type { Distribution } from '../../world/specification.ts'
import type { Provenance } from './provenance.ts'

/** How often something happens, for scenarios that do not say. */
export interface ReferenceRate extends Provenance {
  readonly perYear: number
}

/** How long something lasts, for scenarios that do not say. */
export interface ReferenceLaw extends Provenance {
  readonly law: Distribution
  /** In words, for people. */
  readonly text: string
}

const HOUR_S = 3600
const DAY_S = 86_400
const YEAR_H = 365.25 * 24

const SIMEDC: Provenance = { source: "SimEDC's defaults (Zhang et al., TPDS 2019)", mark: 'source', date: '2019' }

/** Annualised failure rate 1.57 %: λ = −ln(1 − AFR). */
export const DISK_RATE: ReferenceRate = {
  perYear: 0.015_824_6,
  source: 'Backblaze drive statistics 2024: 1.57 % of drives a year',
  mark: 'excerpt',
  date: '2024',
}

export const NODE_RATE: ReferenceRate = { perYear: YEAR_H / 91_250, ...SIMEDC }
export const NODE_CRASH_RATE: ReferenceRate = { perYear: YEAR_H / 2890.8, ...SIMEDC }
export const NODE_CRASH_DURATION: ReferenceLaw = {
  law: { law: 'constant', value: 0.25 * HOUR_S },
  text: '15 min',
  ...SIMEDC,
}

export const RACK_RATE: ReferenceRate = { perYear: YEAR_H / 87_600, ...SIMEDC }
/** Time until the repair begins, and its duration: 10 h, then exponential with a mean of 24 h. */
export const RACK_RESPONSE: ReferenceLaw = { law: { law: 'constant', value: 10 * HOUR_S }, text: '10 h', ...SIMEDC }
export const RACK_REPAIR: ReferenceLaw = {
  law: { law: 'exponential', mean: 24 * HOUR_S },
  text: 'exponential, mean 24 h',
  ...SIMEDC,
}

export const POWER_RATE: ReferenceRate = { perYear: 1, ...SIMEDC }
export const POWER_DURATION: ReferenceLaw = { law: { law: 'constant', value: 15 * HOUR_S }, text: '15 h', ...SIMEDC }

/** Hours for one half of the attacks, and a tail of weeks for the other. */
export const RANSOMWARE_DWELL: ReferenceLaw = {
  law: {
    law: 'mixture',
    parts: [
      { share: 0.5, of: { law: 'uniform', min: 0, max: DAY_S } },
      { share: 0.5, of: { law: 'lognormal', median: 6 * DAY_S, p90: 29 * DAY_S } },
    ],
  },
  text: 'half within 24 h, uniform; half lognormal with median 6 d and 90 % below 29 d',
  source:
    'Secureworks 2024 (over half within 24 h) and M-Trends 2025 (median 6 d; 29 d where found internally), combined',
  mark: 'second-hand',
  date: '2025',
}

/** Share of the attacks that also target the backups. */
export const BACKUPS_ATTACKED = {
  share: 0.93,
  source: 'Veeam ransomware trends 2023: 93 % of attacks target backups',
  mark: 'excerpt',
  date: '2023',
} as const
