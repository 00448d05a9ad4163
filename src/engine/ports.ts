/**
 * What the engine needs from outside. It sees these interfaces only and does not know whether a disk and an S3 bucket
 * or a simulation stands behind them. Everything that takes time returns a promise; whoever implements the port decides
 * how long it takes.
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
  /** Without it tables lie as the runtime lays them. */
  readonly memory?: Memory
}
