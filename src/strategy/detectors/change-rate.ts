import { USUAL_FROM, median } from './detector.ts'
import type { Detector } from './detector.ts'

/** New data exceed the usual amount times the threshold, a factor: files are being rewritten in bulk. */
export const changeRate: Detector<'change-rate'> = {
  name: 'change-rate',
  judge({ new_bytes }, before, threshold) {
    // The first backup stores everything, so it does not show what is usual.
    const later = before.slice(1)
    if (later.length < USUAL_FROM) return undefined
    const usual = median(later.map((figures) => figures.new_bytes))
    if (usual === 0 || new_bytes <= threshold * usual) return undefined
    return `${Number((new_bytes / usual).toPrecision(3))} times as much new data as usual`
  },
}
