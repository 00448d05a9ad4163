export { Operations } from './operations.ts'
export type { JobRun } from './operations.ts'
export { recover } from './recover.ts'
export type { Recovery, RecoveryPhases } from './recover.ts'
