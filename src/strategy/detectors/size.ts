import { USUAL_FROM, median, percent } from './detector.ts'
import type { Detector } from './detector.ts'

/** The source is larger or smaller than usual by more than the threshold, a share: an empty selection, a deletion. */
export const size: Detector<'size'> = {
  name: 'size',
  judge({ source_bytes }, before, threshold) {
    if (before.length < USUAL_FROM) return undefined
    const usual = median(before.map((figures) => figures.source_bytes))
    if (usual === 0) return undefined
    const change = source_bytes / usual - 1
    if (Math.abs(change) <= threshold) return undefined
    return `the source is ${percent(Math.abs(change))} ${change > 0 ? 'larger' : 'smaller'} than usual`
  },
}
