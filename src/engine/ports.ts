/**
 * What the engine needs from outside. It knows only these interfaces, not whether a disk and an S3 bucket or a
 * simulation implements them. Everything that takes time returns a promise, and the implementation decides how long it
 * takes.
 */
import type { Fidelity } from './ports/fidelity.ts'
import type { Clock, Cpu, Log, Memory, RandomSource } from './ports/machine.ts'

export type * from './ports/content.ts'
export type * from './ports/fidelity.ts'
export type * from './ports/file-system.ts'
export type * from './ports/restore-target.ts'
export type * from './ports/blob-store.ts'
export type * from './ports/machine.ts'

/** Ports that every engine operation needs. */
export interface EnginePorts {
  readonly clock: Clock
  readonly cpu: Cpu
  readonly random: RandomSource
  readonly log: Log
  readonly fidelity: Fidelity
  /** Absent: the runtime decides where tables are placed in memory. */
  readonly memory?: Memory
}
