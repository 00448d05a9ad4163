import { describe, expect, it } from 'vitest'
import type { ObjectStorePrices } from '../../src/world/specification.ts'
import {
  MONTH_S,
  RequestMeter,
  StorageMeter,
  egressCharge_usd,
  storageRate_usdPerSecond,
} from '../../src/world/storage-meter.ts'
import { validated } from '../validated.ts'

const TB = 1e12
const DAY_S = 86_400

/** S3 Standard in us-east-1: three tiers of storage, four of egress. */
const s3Standard: ObjectStorePrices = {
  storage: [
    { upTo_bytes: 50 * TB, usdPerGBMonth: 0.023 },
    { upTo_bytes: 500 * TB, usdPerGBMonth: 0.022 },
    { upTo_bytes: Infinity, usdPerGBMonth: 0.021 },
  ],
  putPerThousand_usd: 0.005,
  getPerThousand_usd: 0.0004,
  retrievalPerGB_usd: 0,
  egress: [
    { upTo_bytes: 0.1 * TB, usdPerGB: 0 },
    { upTo_bytes: 10 * TB, usdPerGB: 0.09 },
    { upTo_bytes: Infinity, usdPerGB: 0.085 },
  ],
  minimumStorage_s: 0,
}

describe('the bill for storage', () => {
  it('charges 600 TB in S3 Standard at 50,000 × 0.023 + 450,000 × 0.022 + 100,000 × 0.021 = $13,150 a month', () => {
    const measured = storageRate_usdPerSecond(s3Standard, 600 * TB) * MONTH_S
    expect(measured).toBeCloseTo(13_150, 6)
    const what = '600 TB in S3 Standard: $ a month'
    validated({ group: 'Devices and bills', what, expected: 13_150, measured, within: 'exact', mark: 'seen' })
  })

  it('adds up volume over time: 1 TB for one month, then 3 TB for another', () => {
    const meter = new StorageMeter(0, s3Standard)
    meter.put('a', 1 * TB, 0)
    meter.put('b', 2 * TB, MONTH_S)
    const { byteSeconds, storage_usd, peak_bytes, objects } = meter.read(2 * MONTH_S)
    expect(byteSeconds).toBeCloseTo(4 * TB * MONTH_S, -6)
    expect(storage_usd).toBeCloseTo(4 * 1000 * 0.023, 9)
    expect(peak_bytes).toBe(3 * TB)
    expect(objects).toBe(2)
  })

  it('bills an object deleted after 10 of 30 days for the 20 that are missing', () => {
    const meter = new StorageMeter(0, { ...s3Standard, minimumStorage_s: 30 * DAY_S })
    meter.put('a', 1 * TB, 0)
    meter.delete('a', 1 * TB, 10 * DAY_S)
    const { earlyDeletion_usd, stored_bytes } = meter.read(10 * DAY_S)
    expect(earlyDeletion_usd).toBeCloseTo((1000 * 0.023 * 20) / 30.4375, 9)
    expect(stored_bytes).toBe(0)
  })

  it('says what was held at the end of each day', () => {
    const meter = new StorageMeter(0)
    meter.put('files/data/00/a', 5, 0.5 * DAY_S)
    meter.put('files/snapshots/b', 7, 2.5 * DAY_S)
    expect(meter.read(3 * DAY_S).days).toEqual([
      { day: 0, stored_bytes: 5, objects: 1, snapshots: 0 },
      { day: 1, stored_bytes: 5, objects: 1, snapshots: 0 },
      { day: 2, stored_bytes: 12, objects: 2, snapshots: 1 },
    ])
  })
})

describe('the bill for traffic', () => {
  it('charges 12 TB in a month: 100 GB free, 9,900 GB at 0.09, 2,000 GB at 0.085', () => {
    expect(egressCharge_usd(s3Standard, 12 * TB)).toBeCloseTo(9_900 * 0.09 + 2_000 * 0.085, 9)
  })

  it('starts the tiers again every month', () => {
    const meter = new RequestMeter()
    meter.record('get', 0.1 * TB, 0, true)
    meter.record('get', 0.1 * TB, 1.5 * MONTH_S, true)
    expect(meter.egress_usd(s3Standard)).toBe(0)
    expect(meter.egress_bytes).toBe(0.2 * TB)
  })

  it('goes on in the tiers of the month: who restores when the free traffic is used up pays for all of it', () => {
    const [undisturbed, other] = [new RequestMeter(), new RequestMeter()]
    undisturbed.record('get', 0.12 * TB, 10 * DAY_S, true)
    for (const [earlier, day, usd] of [
      [undisturbed, 20, 30 * 0.09],
      [other, 20, 0],
      [undisturbed, 40, 0],
    ] as const) {
      const branch = new RequestMeter(new RequestMeter(earlier))
      branch.record('get', 0.03 * TB, day * DAY_S, true)
      expect(branch.egress_usd(s3Standard)).toBeCloseTo(usd, 9)
    }
  })

  it('charges egress only for what leaves the region', () => {
    const meter = new RequestMeter()
    meter.record('get', 1 * TB, 0, false)
    expect(meter.egress_bytes).toBe(0)
    expect(meter.retrieved_bytes).toBe(1 * TB)
  })
})
