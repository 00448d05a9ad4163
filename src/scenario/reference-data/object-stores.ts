import type { ObjectStorePrices } from '../../world/specification.ts'
import type { Thaw } from '../../world/stores/index.ts'
import type { Provenance } from './provenance.ts'

export interface ObjectStoreClass extends Provenance {
  readonly region: string
  readonly prices: ObjectStorePrices
  /** Retrieval tiers of an archive. */
  readonly thaw?: Readonly<Partial<Record<'expedited' | 'standard' | 'bulk', ThawPreset>>>
}

/** How long a tier takes, as a law and in words, and what it charges. */
type ThawPreset = Pick<Thaw, 'delay' | 'usdPerGB' | 'perThousand_usd'> & { readonly text: string }

const MINUTE_S = 60
const HOUR_S = 3600

function between(min: number, max: number): Thaw['delay'] {
  return { law: 'uniform', min, max }
}

const DAY_S = 86_400
const GB = 1e9
const TB = 1e12

/** Traffic from AWS us-east-1 to the internet: 100 GB a month free, then tiers. */
const AWS_EGRESS: ObjectStorePrices['egress'] = [
  { upTo_bytes: 100 * GB, usdPerGB: 0 },
  { upTo_bytes: 10 * TB, usdPerGB: 0.09 },
  { upTo_bytes: 50 * TB, usdPerGB: 0.085 },
  { upTo_bytes: 150 * TB, usdPerGB: 0.07 },
  { upTo_bytes: Infinity, usdPerGB: 0.05 },
]

const AWS_PRICE_LIST = 'AWS S3 price list, us-east-1, USD; egress as of 2024-09'
const AWS: Provenance = { source: AWS_PRICE_LIST, mark: 'source', date: '2025-07' }

/** Object storage by class. What a price list did not show is left out, and the provenance says so. */
export const objectStoreClasses: Readonly<Record<string, ObjectStoreClass>> = {
  's3-standard': {
    ...AWS,
    region: 'us-east-1',
    prices: {
      storage: [
        { upTo_bytes: 50 * TB, usdPerGBMonth: 0.023 },
        { upTo_bytes: 500 * TB, usdPerGBMonth: 0.022 },
        { upTo_bytes: Infinity, usdPerGBMonth: 0.021 },
      ],
      putPerThousand_usd: 0.005,
      getPerThousand_usd: 0.0004,
      retrievalPerGB_usd: 0,
      egress: AWS_EGRESS,
      minimumStorage_s: 0,
    },
  },
  's3-standard-ia': {
    ...AWS,
    region: 'us-east-1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.0125 }],
      putPerThousand_usd: 0.01,
      getPerThousand_usd: 0.001,
      retrievalPerGB_usd: 0.01,
      egress: AWS_EGRESS,
      minimumStorage_s: 30 * DAY_S,
    },
  },
  // The price of requests was not in the source: it is left out, and the provenance says so.
  's3-glacier-instant': {
    source: 'quoted by others, us-east-1, USD; prices of requests not known and counted as 0; egress AWS, 2024-09',
    mark: 'second-hand',
    date: '2026-07',
    region: 'us-east-1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.004 }],
      putPerThousand_usd: 0,
      getPerThousand_usd: 0,
      retrievalPerGB_usd: 0.03,
      egress: AWS_EGRESS,
      minimumStorage_s: 90 * DAY_S,
    },
  },
  's3-glacier-flexible': {
    source: `${AWS_PRICE_LIST}; fee of a standard request 0.03 or 0.05 per 1000 (sources disagree: 0.05); GET not known, 0`,
    mark: 'source',
    date: '2025-07',
    region: 'us-east-1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.0036 }],
      putPerThousand_usd: 0.03,
      getPerThousand_usd: 0,
      retrievalPerGB_usd: 0,
      egress: AWS_EGRESS,
      minimumStorage_s: 90 * DAY_S,
    },
    thaw: {
      expedited: { delay: between(MINUTE_S, 5 * MINUTE_S), usdPerGB: 0.03, perThousand_usd: 10, text: '1 to 5 min' },
      standard: { delay: between(3 * HOUR_S, 5 * HOUR_S), usdPerGB: 0.01, perThousand_usd: 0.05, text: '3 to 5 h' },
      bulk: { delay: between(5 * HOUR_S, 12 * HOUR_S), usdPerGB: 0, perThousand_usd: 0, text: '5 to 12 h' },
    },
  },
  's3-glacier-deep-archive': {
    source: `${AWS_PRICE_LIST}; times are the provider's upper bounds; GET not known, 0`,
    mark: 'source',
    date: '2025-07',
    region: 'us-east-1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.000_99 }],
      putPerThousand_usd: 0.05,
      getPerThousand_usd: 0,
      retrievalPerGB_usd: 0,
      egress: AWS_EGRESS,
      minimumStorage_s: 180 * DAY_S,
    },
    thaw: {
      standard: {
        delay: { law: 'constant', value: 12 * HOUR_S },
        usdPerGB: 0.02,
        perThousand_usd: 0.1,
        text: 'within 12 h',
      },
      bulk: {
        delay: { law: 'constant', value: 48 * HOUR_S },
        usdPerGB: 0.0025,
        perThousand_usd: 0.025,
        text: 'within 48 h',
      },
    },
  },
  'gcs-standard': {
    source:
      'Google Cloud Storage price list, us-central1, USD per GiB turned into GB; egress price of the first 10 TiB',
    mark: 'source',
    date: '2026-09',
    region: 'us-central1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: perGB(0.02) }],
      putPerThousand_usd: 0.005,
      getPerThousand_usd: 0.0004,
      retrievalPerGB_usd: 0,
      egress: [{ upTo_bytes: Infinity, usdPerGB: perGB(0.12) }],
      minimumStorage_s: 0,
    },
  },
  'gcs-nearline': gcsClass(0.01, 0.01, 30),
  'gcs-coldline': gcsClass(0.004, 0.02, 90),
  'gcs-archive': gcsClass(0.0012, 0.05, 365),
  'azure-hot': azureClass(0.0208, 0.055, 0, 0),
  'azure-cool': azureClass(0.0115, 0.1, 0.01, 30),
  r2: {
    source: 'Cloudflare R2 pricing page',
    mark: 'excerpt',
    date: '2026',
    region: 'global',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: 0.015 }],
      putPerThousand_usd: 0.0045,
      getPerThousand_usd: 0.000_36,
      retrievalPerGB_usd: 0,
      egress: [],
      minimumStorage_s: 0,
    },
  },
}

/** Google's colder classes, which can be read at once, for a fee. */
function gcsClass(usdPerGiBMonth: number, retrievalPerGiB_usd: number, minimumDays: number): ObjectStoreClass {
  return {
    source: 'Google Cloud Storage price list, us-central1; operations and egress as of the standard class',
    mark: 'source',
    date: '2026-09',
    region: 'us-central1',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth: perGB(usdPerGiBMonth) }],
      putPerThousand_usd: 0.005,
      getPerThousand_usd: 0.0004,
      retrievalPerGB_usd: perGB(retrievalPerGiB_usd),
      egress: [{ upTo_bytes: Infinity, usdPerGB: perGB(0.12) }],
      minimumStorage_s: minimumDays * DAY_S,
    },
  }
}

/**
 * Azure, locally redundant. The source did not show egress, which counts as 0, nor archive prices, so that class is
 * missing.
 */
function azureClass(
  usdPerGBMonth: number,
  putPer10k_usd: number,
  retrieval_usd: number,
  days: number,
): ObjectStoreClass {
  return {
    source: 'Azure Blob price list, westus, LRS; egress not known and counted as 0',
    mark: 'source',
    date: '2024-07',
    region: 'westus',
    prices: {
      storage: [{ upTo_bytes: Infinity, usdPerGBMonth }],
      putPerThousand_usd: putPer10k_usd / 10,
      getPerThousand_usd: 0.000_44,
      retrievalPerGB_usd: retrieval_usd,
      egress: [],
      minimumStorage_s: days * DAY_S,
    },
  }
}

/** Converts a price per GiB to a price per GB. */
function perGB(usdPerGiB: number): number {
  return (usdPerGiB * GB) / 2 ** 30
}

/** Seconds to the first byte of a request to an object store. */
export const OBJECT_STORE_LATENCY: Provenance & { readonly value_s: number } = {
  value_s: 0.1,
  source: 'AWS, S3 performance design patterns: "roughly 100-200 milliseconds" for small objects and first bytes',
  mark: 'second-hand',
  date: '2024',
}
