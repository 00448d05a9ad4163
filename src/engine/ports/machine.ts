import type { Instant } from './content.ts'

export interface Clock {
  now(): Instant
  sleep(seconds: number): Promise<void>
}

/** Stages of computing whose rates can be measured on a machine (`firedrill calibrate`). */
export type CpuStage = 'chunk' | 'hash' | 'compress' | 'encrypt' | 'decrypt' | 'decompress'

/** Accounts for computing time. On a real machine the work has already taken its time, and this resolves at once. */
export interface Cpu {
  /** Called for batches (a file window, a pack), never for single chunks. */
  charge(work: ReadonlyArray<readonly [stage: CpuStage, bytes: number]>): Promise<void>
}

/** The source of every random byte of the engine: salts, keys, ids. Seeded in simulations, otherwise the system's. */
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

/** Where large tables with random access are placed. */
export interface Memory {
  /**
   * Asks the system to back an unwritten buffer with large pages, if it can. A processor caches the addresses of a few
   * thousand pages; with small ones each read of a large table has to look up the page first, which costs as much
   * again.
   */
  preferLargePages(buffer: ArrayBuffer): void
}
