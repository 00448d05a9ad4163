import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { number, reference } from '../schema/section.ts'
import { duration, jobReader } from './reader.ts'

export const snapshot = jobReader({
  kind: 'snapshot',
  fields: {
    dataset: reference('a dataset'),
    last: number({ min: 1, whole: true, example: '24' }),
    kind: z.enum(['copy-on-write', 'split-mirror']).default('copy-on-write'),
    reserve: quantity('bytes', { example: '500 GB', positive: true }).optional(),
    lock: duration.optional(),
  },
  refers: { dataset: 'dataset' },
  read({ dataset, last, kind, reserve, lock = 0 }, { problem }) {
    const mirror = kind === 'split-mirror'
    if (mirror && reserve !== undefined) {
      problem('reserve', 'has no effect: a split mirror is a whole copy; leave it out', 'key')
    }
    return { dataset, last, mirror, reserve_bytes: reserve ?? Infinity, lock_s: lock }
  },
})
