/** The engine's ports on this machine's disks, clock and generator of random numbers. */
export { directorySource } from './directory-source.ts'
export type { ChangedRanges, DirectorySourceOptions } from './directory-source.ts'
export { directoryStore } from './directory-store.ts'
export type { DirectoryStoreOptions } from './directory-store.ts'
export { directoryTarget } from './directory-target.ts'
export type { DirectoryTarget, DirectoryTargetOptions } from './directory-target.ts'
export { systemPorts } from './system.ts'
export type { SystemLogOptions } from './system.ts'
