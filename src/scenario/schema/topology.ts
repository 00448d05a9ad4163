import { z } from 'zod'
import { stores } from '../stores/index.ts'
import { cpuPresets } from '../reference-data/cpu.ts'
import { quantity } from '../quantities/quantity.ts'
import { raid } from './raid.ts'
import { list, named, number, reference, section, text } from './section.ts'
import { vms } from './vms.ts'

const rate = quantity('bytesPerSecond', { example: '400 MB/s', unlimited: true, positive: true })
const capacity = quantity('bytes', { example: '8 TB', unlimited: true, positive: true })
const latency = quantity('seconds', { example: '25 ms' })

const site = section({ region: text('eu-west') })

const preset = z.literal(Object.keys(cpuPresets))

const cpu = z.union([
  preset,
  section({
    preset: preset.optional(),
    cores: number({ min: 1, whole: true, example: '8' }).optional(),
    chunk: rate.optional(),
    hash: rate.optional(),
    compress: rate.optional(),
    encrypt: rate.optional(),
    decrypt: rate.optional(),
    decompress: rate.optional(),
  }),
])

const node = section({
  site: reference('a site'),
  cpu: cpu.default('xeon-8core'),
  disk: section(
    {
      read: rate,
      write: rate,
      capacity,
      scan: quantity('entriesPerSecond', { example: '50 k/s', unlimited: true, positive: true }).optional(),
      raid: raid.optional(),
    },
    '{ read: 400 MB/s, write: 300 MB/s, capacity: 8 TB }',
  ),
  network: quantity('bytesPerSecond', { example: '10 Gbit/s', unlimited: true, positive: true }).optional(),
})

const bandwidth = quantity('bytesPerSecond', { example: '100 Mbit/s', unlimited: true, positive: true })

const link = section({
  between: z.tuple([reference('a site, node or store'), reference('a site, node or store')]),
  bandwidth: z.union([bandwidth, section({ there: bandwidth, back: bandwidth })]),
  latency: latency.optional(),
  loss: quantity('share', { example: '0.01 %', max: { value: 0.5, text: '50 %' } }).optional(),
  'tcp-window': quantity('bytes', { example: '64 KiB', positive: true }).optional(),
  standby: z.boolean().optional(),
  throttle: z.record(z.string(), quantity('bytesPerSecond', { example: '20 Mbit/s', positive: true })).optional(),
  cost: quantity('usdPerMonth', { example: '$60/month' }).optional(),
  traffic: quantity('usdPerGB', { example: '$0.02/GB' }).optional(),
  'percentile-95': quantity('usdPerMbitMonth', { example: '$1.20/Mbit/month' }).optional(),
})

/** Sites and regions exist without being declared. */
const domain = section({
  kind: z.enum(['host', 'rack', 'power', 'account']),
  members: list(reference('a site, node, store, link or domain')),
})

export const topology = section({
  sites: named(site),
  nodes: named(node),
  vms: vms.default({}),
  stores,
  links: named(link).default({}),
  domains: named(domain).default({}),
})

export type TopologyDocument = z.output<typeof topology>
