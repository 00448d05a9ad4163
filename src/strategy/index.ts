export { Operations } from './operations.ts'
export type { BusyPeriod, JobRun } from './operations.ts'
export { recover } from './recover.ts'
export type { Recovery, RecoveryPhases } from './recover.ts'
