import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference, text } from '../schema/section.ts'
import { capacity, rate, storeReader } from './reader.ts'

export const courier = storeReader({
  kind: 'courier',
  fields: {
    to: reference('a store'),
    read: rate,
    write: rate,
    capacity,
    pickup: text('"Fri 10:00"'),
    transit: durationLaw,
    import: rate.optional(),
    'trip-cost': quantity('usd', { example: '$60' }).optional(),
  },
  read(written, { name, site, latency_s = 0, law, schedule, price }) {
    return {
      kind: 'courier',
      name,
      site,
      read_bytesPerSecond: written.read,
      write_bytesPerSecond: written.write,
      capacity_bytes: written.capacity,
      latency_s,
      carriesTo: written.to,
      pickup: schedule('pickup', written.pickup),
      transit: law('transit', written.transit),
      import_bytesPerSecond: written.import ?? Infinity,
      usdPerTrip: written['trip-cost'] ?? price('courier', 'trip') ?? 0,
    }
  },
})
