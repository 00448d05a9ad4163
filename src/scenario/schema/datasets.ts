import { z } from 'zod'
import { datasetPresets } from '../reference-data/datasets.ts'
import { quantity } from '../quantities/quantity.ts'
import { list, named, number, reference, section, text } from './section.ts'

const never = z.literal('never')

/** Changes recorded on a real system, by two or more scans or as a log of changes. */
const churn = section({
  log: text('changes.csv').optional(),
  scans: list(text('monday.csv'))
    .min(2, 'has one scan; expected two or more: what lies between them happens')
    .optional(),
  every: quantity('seconds', { example: '24 h', positive: true }).optional(),
  modified: quantity('share', { example: '30 %' }).optional(),
})

/** The amount that changes: a share of the data, or bytes. */
const change = z.union([
  quantity('sharePerDay', { example: '1 %/day', or: ' or 8 GB/day' }),
  quantity('bytesPerDay', { example: '8 GB/day' }).transform((bytes_perDay) => ({ bytes_perDay })),
])

const dataset = section({
  node: reference('a node'),
  group: text('orders').optional(),
  from: text('../src').optional(),
  size: quantity('bytes', { example: '1 TB', positive: true }).optional(),
  files: quantity('count', { example: '1.2M', positive: true }).optional(),
  quota: quantity('bytes', { example: '2 TB', positive: true }).optional(),
  fidelity: z.enum(['bytes', 'extents']).optional(),
  churn: churn.optional(),
  preset: z.enum(Object.keys(datasetPresets)).optional(),
  change: change.optional(),
  locality: z.enum(['uniform', 'zipf', 'append', 'replace']).optional(),
  rhythm: z.enum(['steady', 'office']).optional(),
  duplicates: quantity('share', { example: '10 %' }).optional(),
  rewritten: quantity('share', { example: '10 %' }).optional(),
  growth: quantity('sharePerYear', { example: '20 %/year', signed: true }).optional(),
  compressibility: number({ min: 1, example: '1.6' }).optional(),
  'change-tracking': quantity('bytes', { example: '64 KiB', positive: true }).optional(),
  'write-back': quantity('seconds', { example: '30 s', positive: true }).optional(),
  'write-interval': z.union([quantity('seconds', { example: '1 h', positive: true }), never]).optional(),
})

export const datasets = named(dataset)

export type DatasetDocument = z.output<typeof dataset>
