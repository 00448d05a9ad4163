import { changeRate } from './change-rate.ts'
import type { Detector } from './detector.ts'
import { entropy } from './entropy.ts'
import { size } from './size.ts'

/** What looks at the figures of each backup. */
export const detectors: ReadonlyArray<Detector<'size' | 'change-rate' | 'entropy'>> = [size, changeRate, entropy]

/** Everything that can raise an alarm: jobs that do not come, checks that find damage, figures that are not as usual. */
const DETECTORS = ['missed-job', 'failed-verify', 'size', 'change-rate', 'entropy'] as const
export type DetectorName = (typeof DETECTORS)[number]

export type { BackupFigures } from './detector.ts'
