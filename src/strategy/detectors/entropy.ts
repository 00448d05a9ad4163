import { USUAL_FROM, median, percent } from './detector.ts'
import type { Detector } from './detector.ts'

/**
 * New data compress to a share of their size that is higher than usual by more than the threshold: encrypted data do
 * not compress.
 */
export const entropy: Detector<'entropy'> = {
  name: 'entropy',
  judge(now, before, threshold) {
    const ratios = before
      .filter(({ new_bytes }) => new_bytes > 0)
      .map((figures) => figures.stored_bytes / figures.new_bytes)
    if (ratios.length < USUAL_FROM || now.new_bytes === 0) return undefined
    const usual = median(ratios)
    const ratio = now.stored_bytes / now.new_bytes
    if (ratio - usual <= threshold) return undefined
    return `new data compress to ${percent(ratio)}, and to ${percent(usual)} as a rule`
  },
}
