import type { StoreCommon, StoreKind } from './store-kind.ts'

const YEAR_S = 365.25 * 86_400

/** A local disk or a NAS: bytes pass at its rate, and it fills up. */
export interface DiskStoreSpecification extends StoreCommon {
  readonly kind: 'disk'
  readonly capacity_bytes: number
  /** Purchase, power and care, per year. */
  readonly usdPerYear: number
}

export const disk: StoreKind<DiskStoreSpecification> = {
  kind: 'disk',
  build: ({ name, usdPerYear }) => ({
    costs: (now_s) => [
      {
        category: 'equipment',
        item: name,
        quantity: now_s / YEAR_S,
        unit: 'years',
        usd: (usdPerYear * now_s) / YEAR_S,
      },
    ],
  }),
}
