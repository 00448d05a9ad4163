import type { EntryMetadata, Instant } from '../ports.ts'

export type BackupType = 'full' | 'incremental' | 'differential' | 'snapshot'

/** A recovery point: everything in it can be restored as long as it exists. */
export interface Snapshot {
  /** 64 hexadecimal digits. */
  readonly id: string
  /** The instant of the consistent cut. */
  readonly time: Instant
  readonly type: BackupType
  readonly host: string
  readonly dataset: string
  /** Lineage tags of the chunks it may refer to, that under which it wrote first. */
  readonly lineage: readonly string[]
  /** Id of the backup that it leans on. */
  readonly base?: string
  /** Address of the root tree. */
  readonly tree: string
  /** Of the root itself: it is the entry of no tree. */
  readonly root: EntryMetadata
  readonly files: number
  /** Bytes of all files. */
  readonly source_bytes: number
  /** Bytes of the chunks that it added, before and after sealing. */
  readonly new_bytes: number
  readonly stored_bytes: number
  /** When it became durable. */
  readonly completed: Instant
  /** Id of the snapshot that this one is a copy of. */
  readonly original?: string
}
