import { changeRate } from './change-rate.ts'
import type { Detector } from './detector.ts'
import { entropy } from './entropy.ts'
import { size } from './size.ts'

/** The detectors that judge the figures of each backup. */
export const detectors: ReadonlyArray<Detector<'size' | 'change-rate' | 'entropy'>> = [size, changeRate, entropy]

/** Everything that can raise an alarm: missing jobs, checks that find damage, stores without room, unusual figures. */
const DETECTORS = ['missed-job', 'failed-verify', 'full-store', 'size', 'change-rate', 'entropy'] as const
export type DetectorName = (typeof DETECTORS)[number]

export type { BackupFigures } from './detector.ts'
