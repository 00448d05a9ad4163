import { z } from 'zod'
import { reference } from '../schema/section.ts'
import { duration, jobReader, keep, kept, renewLocks, renewed } from './reader.ts'

export const copy = jobReader({
  kind: 'copy',
  fields: {
    from: reference('a store'),
    to: reference('a store'),
    hold: duration.optional(),
    points: z.enum(['all', 'newest']).optional(),
    keep: keep.optional(),
    'renew-locks': renewLocks,
  },
  refers: { source: 'from', target: 'to' },
  read: (written) => ({
    from: written.from,
    to: written.to,
    ...(written.hold === undefined ? {} : { hold_s: written.hold }),
    ...(written.points === 'newest' ? { newestOnly: true } : {}),
    ...kept(written.keep),
    ...renewed(written),
  }),
})
