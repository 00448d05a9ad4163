import type { Instant } from '../../../engine/ports.ts'
import { exp, ln } from '../../../kernel/index.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import { ZERO_STREAM } from '../content/extent-stream.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'
import { rhythmBetween } from './rhythm.ts'
import type { WorkloadSpecification } from './workload.ts'

const YEAR_S = 365.25 * 86_400
/** A file with a larger share of the data, as a database or an image has, loses a part of itself; others are deleted whole. */
const LARGE = 1 / 20
/** Restored files are not deleted while the restore needs them; after so many such draws the rest waits for other intervals. */
const TRIES = 100

/**
 * What a dataset with negative growth loses in one write interval. Files are drawn by bytes. One that is larger than
 * what is to go is deleted with the probability that makes the expectation right: deletions are whole files now and
 * then, not a little of a file each hour.
 */
export function shrink(
  files: VirtualFileSystem,
  { growth_perYear, writeInterval_s, rhythm = 'steady', fidelity }: WorkloadSpecification,
  random: RandomStream,
  time: Instant,
): void {
  const pace = rhythmBetween(rhythm, time - writeInterval_s, time)
  let left = (1 - exp((pace * ln(1 + growth_perYear) * writeInterval_s) / YEAR_S)) * files.bytes
  const large_bytes = LARGE * files.bytes
  for (let tries = TRIES; left > 0 && files.bytes > 0 && tries > 0; tries -= 1) {
    const { path, file } = files.fileAtByte(random.integer(files.bytes))
    if (files.isReserved(path)) continue
    if (file.size > large_bytes) {
      // Fractions of a byte would not be noticed in a file of many.
      const cut = Math.min(file.size, Math.round(left))
      if (cut > 0) files.splice(path, file.size - cut, cut, freshContent(fidelity, ZERO_STREAM, 0, 0), time)
      return
    }
    if (file.size <= left || random.chance(left / file.size)) files.remove(path, time)
    left -= file.size
  }
}
