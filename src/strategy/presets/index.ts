export { nightlySnapshotWithOffsiteCopy } from './nightly-snapshot-with-offsite-copy.ts'
export type { NightlySnapshotWithOffsiteCopy } from './nightly-snapshot-with-offsite-copy.ts'
export { weeklyFullDailyIncremental } from './weekly-full-daily-incremental.ts'
export type { Weekday, WeeklyFullDailyIncremental } from './weekly-full-daily-incremental.ts'
