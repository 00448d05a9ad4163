import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { number, reference, section } from '../schema/section.ts'
import { shardsPerDomain, layOut } from '../../world/stores/placement.ts'
import { capacity, duration, rate, storeReader, usdPerYear } from './reader.ts'

const count = (example: string) => number({ min: 1, whole: true, example })

/** Default time until a failed disk is given up; Ceph's default. */
const REPAIR_AFTER = {
  value_s: 600,
  source: "Ceph's default mon_osd_down_out_interval",
  mark: 'second-hand',
  date: '',
} as const

/** Placement groups for each disk, so that all disks share in a repair. */
const GROUPS_PER_DISK = 16
const MOST_GROUPS = 1024

export const cluster = storeReader({
  kind: 'cluster',
  fields: {
    sites: z.array(reference('a site')).min(1).optional(),
    racks: count('4'),
    nodes: count('3'),
    disks: section({
      count: count('12'),
      capacity,
      rate,
      lifetime: durationLaw.optional(),
      'latent-errors': quantity('perYear', { example: '0.1/year' }).optional(),
    }),
    scheme: z.union([
      section({ data: count('8'), parity: count('3') }),
      section({ replicas: number({ min: 2, whole: true, example: '3' }) }),
    ]),
    spread: z.enum(['disk', 'node', 'rack', 'site']).default('rack'),
    repair: section({ after: duration.optional(), rate: rate.optional(), replacement: duration.optional() }).optional(),
    scrub: quantity('seconds', { example: '14 d', positive: true }).optional(),
    cost: usdPerYear.optional(),
  },
  read(written, { name, site, latency_s = 0, assume, problem, warn, law }) {
    const { racks, nodes: nodesPerRack, disks, spread, repair = {} } = written
    const sites = written.sites ?? [site]
    if (!sites.includes(site)) problem(['sites'], `does not name ${site}, the site of its front door`, 'key')
    const scheme = 'replicas' in written.scheme ? { data: 1, parity: written.scheme.replicas - 1 } : written.scheme
    const shards = scheme.data + scheme.parity
    const places = layOut(sites, { racks, nodesPerRack, disksPerNode: disks.count })
    if (shards > places.length) problem(['scheme'], `needs ${shards} disks; there are ${places.length}`)
    if (sites.length > racks) problem(['racks'], `${racks} cannot stand at ${sites.length} sites`)
    const together = shardsPerDomain(places, shards, spread)
    if (together > scheme.parity) {
      warn(
        `puts ${together} of ${shards} shards in one ${spread}: the loss of one loses data, for only ${scheme.parity} may go`,
      )
    }
    if (repair.after === undefined) assume('repair.after', `${REPAIR_AFTER.value_s} s`, REPAIR_AFTER)
    const latent = disks['latent-errors']
    if (latent !== undefined && written.scrub === undefined) warn('is never scrubbed: latent errors pile up')
    return {
      kind: 'cluster',
      name,
      site,
      read_bytesPerSecond: Infinity,
      write_bytesPerSecond: Infinity,
      latency_s,
      capacity_bytes: (places.length * disks.capacity * scheme.data) / shards,
      sites,
      racks,
      nodesPerRack,
      disksPerNode: disks.count,
      scheme,
      spread,
      groups: Math.min(MOST_GROUPS, places.length * GROUPS_PER_DISK),
      disk_bytesPerSecond: disks.rate,
      ...(disks.lifetime === undefined ? {} : { failure: law('disks', disks.lifetime) }),
      repairAfter_s: repair.after ?? REPAIR_AFTER.value_s,
      repair_bytesPerSecond: repair.rate ?? Infinity,
      replacement_s: repair.replacement ?? 0,
      ...(latent === undefined
        ? {}
        : { latentErrors: { perDiskYear: latent, scrubInterval_s: written.scrub ?? Infinity } }),
      usdPerYear: written.cost ?? 0,
    }
  },
})
