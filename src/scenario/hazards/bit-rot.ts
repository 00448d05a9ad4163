import { quantity } from '../quantities/quantity.ts'
import { durationLaw } from '../schema/distribution.ts'
import { number, reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

/** Sector size of current disks. */
const SECTOR_BYTES = 4096

export const bitRot = hazardReader({
  kind: 'bit-rot',
  fields: {
    target: reference('a store or dataset'),
    count: number({ min: 1, whole: true, example: '1' }).default(1),
    size: quantity('bytes', { example: '4 KiB', positive: true }).default(SECTOR_BYTES),
    detection: durationLaw.optional(),
  },
  refers: ({ target }) => [{ field: ['target'], name: target, to: ['stores', 'datasets'] }],
  read: ({ target, count, size, detection }, { common, law }) => ({
    kind: 'bit-rot',
    ...common,
    target,
    count,
    size_bytes: Math.ceil(size),
    detection: law('detection', detection),
  }),
})
