import type { Instant } from './content.ts'

export interface Clock {
  now(): Instant
  sleep(seconds: number): Promise<void>
}

/** Stages of computing whose rates can be measured on a machine (`firedrill calibrate`). */
export type CpuStage = 'chunk' | 'hash' | 'compress' | 'encrypt' | 'decrypt' | 'decompress'

/** Accounts for computing. On a real machine the work has taken its time already and this resolves at once. */
export interface Cpu {
  /** Called for batches (a file window, a pack), never for single chunks. */
  charge(work: ReadonlyArray<readonly [stage: CpuStage, bytes: number]>): Promise<void>
}

/** Every random byte of the engine: salts, keys, ids. Seeded in simulations, the system's own otherwise. */
export interface RandomSource {
  bytes(length: number): Uint8Array
}

/** Structured record of one operation: who did what to which repository, and how it ended. */
export interface AuditRecord {
  readonly time: Instant
  readonly operation: string
  readonly principal: string
  readonly repository: string
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

export interface Log {
  audit(record: AuditRecord): void
  /** Something the user should know that did not stop the operation. */
  warn(message: string, detail?: Readonly<Record<string, string | number | boolean>>): void
}

/** Where tables lie that are large and read here and there. */
export interface Memory {
  /**
   * Has the system lay out a buffer, to which nothing has been written yet, in few large pages, if it can. A processor remembers
   * where some thousand pages lie; with small ones a read of a large table has to find the page first, which costs as much again.
   */
  preferLargePages(buffer: ArrayBuffer): void
}
