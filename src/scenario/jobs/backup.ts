import { z } from 'zod'
import { reference } from '../schema/section.ts'
import { jobReader, keep, kept, renewLocks, renewed } from './reader.ts'

export const backup = jobReader({
  kind: 'backup',
  fields: {
    dataset: reference('a dataset'),
    to: reference('a store'),
    type: z.enum(['full', 'incremental', 'differential', 'snapshot', 'reverse-incremental']).default('snapshot'),
    source: z.enum(['live', 'array-snapshot']).optional(),
    'skip-if-unchanged': z.boolean().optional(),
    keep: keep.optional(),
    'renew-locks': renewLocks,
  },
  refers: { dataset: 'dataset', target: 'to' },
  read: (written) => ({
    dataset: written.dataset,
    to: written.to,
    type: written.type,
    ...(written.source === 'array-snapshot' ? { fromSnapshot: true } : {}),
    ...(written['skip-if-unchanged'] === true ? { skipIfUnchanged: true } : {}),
    ...kept(written.keep),
    ...renewed(written),
  }),
})
