import type { ObjectStorePrices } from '../../world/specification.ts'
import type { Provenance } from './provenance.ts'

export interface ObjectStoreClass extends Provenance {
  readonly region: string
  readonly prices: ObjectStorePrices
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

/** Object storage by class. Classes whose objects must be thawed before they can be read are not here yet. */
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
  // The price of requests is not in what was read: it is left out, and the provenance says so.
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
}

/** A price per GiB as a price per GB. */
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
