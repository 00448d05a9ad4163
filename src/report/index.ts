/** What the command line and the public library use of the report: results on disk and on the terminal. */

export { CHARTS } from './charts/index.ts'
export type { Chart } from './charts/index.ts'
export { FORMATS } from './formats.ts'
export type { Format } from './formats.ts'
export { firedrillVersion } from './manifest.ts'
export type { Manifest, ManifestExtras } from './manifest.ts'
export { summaryOf } from './summary.ts'
export type { ResultsSummary } from './summary.ts'
export { terminalSummary } from './terminal.ts'
export { writeResults } from './write.ts'
export type { WrittenFile } from './write.ts'
