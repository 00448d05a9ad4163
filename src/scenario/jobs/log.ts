import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { number, reference } from '../schema/section.ts'
import { duration, jobReader } from './reader.ts'

const MIB = 2 ** 20

/** Defaults are PostgreSQL's: segments of 16 MiB, an archiver that retries after a minute. */
export const log = jobReader({
  kind: 'log',
  fields: {
    dataset: reference('a dataset'),
    to: reference('a store'),
    segment: quantity('bytes', { example: '16 MiB', positive: true }).default(16 * MIB),
    timeout: duration,
    volume: number({ min: 0.01, example: '1.5' }).default(1),
    padded: z.boolean().default(false),
    wait: duration.default(60),
    replay: quantity('bytesPerSecond', { example: '50 MB/s', unlimited: true, positive: true }),
  },
  refers: { dataset: 'dataset', target: 'to' },
  follows: () => 'a log',
  read: ({ dataset, to, segment, timeout, volume, padded, wait, replay }) => ({
    dataset,
    to,
    segment_bytes: segment,
    timeout_s: timeout,
    volume,
    padded,
    wait_s: wait,
    replay_bytesPerSecond: replay,
  }),
})
