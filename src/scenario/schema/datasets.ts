import { z } from 'zod'
import { datasetPresets } from '../reference-data/datasets.ts'
import { quantity } from '../quantity.ts'
import { named, number, reference, section, text } from './section.ts'

const never = z.literal('never')

const dataset = section({
  node: reference('a node'),
  group: text('orders').optional(),
  from: text('../src').optional(),
  size: quantity('bytes', { example: '1 TB', positive: true }).optional(),
  files: quantity('count', { example: '1.2M', positive: true }).optional(),
  fidelity: z.enum(['bytes', 'extents']).optional(),
  preset: z.enum(Object.keys(datasetPresets)).optional(),
  change: quantity('sharePerDay', { example: '1 %/day' }).optional(),
  locality: z.enum(['uniform', 'zipf', 'append', 'replace']).optional(),
  rhythm: z.enum(['steady', 'office']).optional(),
  duplicates: quantity('share', { example: '10 %' }).optional(),
  rewritten: quantity('share', { example: '10 %' }).optional(),
  growth: quantity('sharePerYear', { example: '20 %/year' }).optional(),
  compressibility: number({ min: 1, example: '1.6' }).optional(),
  'change-tracking': quantity('bytes', { example: '64 KiB', positive: true }).optional(),
  'write-interval': z.union([quantity('seconds', { example: '1 h', positive: true }), never]).optional(),
})

export const datasets = named(dataset)

export type DatasetDocument = z.output<typeof dataset>
