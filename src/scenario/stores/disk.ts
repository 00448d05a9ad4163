import { raid, raidOf } from '../schema/raid.ts'
import { capacity, rate, storeReader, usdPerYear } from './reader.ts'

export const disk = storeReader({
  kind: 'disk',
  fields: { read: rate, write: rate, capacity, raid: raid.optional(), cost: usdPerYear.optional() },
  read(written, { name, site, latency_s = 0, assume, problem }) {
    if (written.cost !== undefined) assume('cost', `$${written.cost}/year`)
    return {
      kind: 'disk',
      name,
      site,
      read_bytesPerSecond: written.read,
      write_bytesPerSecond: written.write,
      capacity_bytes: written.capacity,
      latency_s,
      ...(written.raid === undefined
        ? {}
        : { raid: raidOf(written.raid, (message) => problem(['raid', 'parity'], message)) }),
      usdPerYear: written.cost ?? 0,
    }
  },
})
