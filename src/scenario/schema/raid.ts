import type { z } from 'zod'
import type { RaidSpecification } from '../../world/nodes/raid.ts'
import { quantity } from '../quantities/quantity.ts'
import { number, section } from './section.ts'

/** Several disks behind one rate: `{ disks: 8, parity: 2, disk: 8 TB, rebuild: 50 MB/s, replacement: 2 d }`. */
export const raid = section({
  disks: number({ min: 2, whole: true, example: '8' }),
  parity: number({ min: 1, whole: true, example: '2' }),
  disk: quantity('bytes', { example: '8 TB', positive: true }),
  rebuild: quantity('bytesPerSecond', { example: '50 MB/s', positive: true }),
  replacement: quantity('seconds', { example: '2 d' }).optional(),
}).meta({ id: 'raid' })

/** Converts to the world's specification; calls `problem` for an impossible group. */
export function raidOf(written: z.output<typeof raid>, problem: (message: string) => void): RaidSpecification {
  const { disks, parity, disk, rebuild, replacement } = written
  if (parity >= disks) problem(`${parity} of ${disks} disks cannot be spare; expected fewer than there are`)
  return {
    disks,
    tolerates: parity,
    disk_bytes: disk,
    rebuild_bytesPerSecond: rebuild,
    replacement_s: replacement ?? 0,
  }
}
