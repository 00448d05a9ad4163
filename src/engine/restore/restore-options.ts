import type { NameBytes } from '../ports.ts'
import type { TreeEntry } from '../trees/tree.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { SelectionOptions } from './selection.ts'

/**
 * What happens to an existing entry, other than a directory, with the name of one to be restored. `always`: it is
 * replaced. `if-changed`: it is kept, and only given its metadata, where size and modification time are the same.
 * `if-newer`: it is replaced only by one with a later modification time. `never`: it is left as it is.
 */
export const OVERWRITING = ['always', 'if-changed', 'if-newer', 'never'] as const
export type Overwriting = (typeof OVERWRITING)[number]

/** Whether an existing entry is left as it is, whatever its content. An entry of unknown time does not count as older. */
export function isLeftAlone(
  { kind, metadata }: Pick<TreeEntry, 'kind' | 'metadata'>,
  mtimeThere_ns: bigint | undefined,
  overwrite: Overwriting,
): boolean {
  if (kind === 'directory') return false
  if (overwrite === 'if-newer') return mtimeThere_ns === undefined || mtimeThere_ns >= metadata.mtime_ns
  return overwrite === 'never'
}

/** What is restored, and how. */
export interface RestoreOptions extends SelectionOptions {
  /** Concurrent requests to the store. Default 4. */
  readonly downloads?: number
  /** Limit of a request in bytes. */
  readonly request_bytes?: number
  /** Packs that are needed in part are read from end to end. */
  readonly wholePacks?: boolean
  /**
   * Resumes an interrupted restore: files that exist with the right content are not read from the store again, only
   * given their metadata. The target must be able to tell what it holds.
   */
  readonly resume?: boolean
  /** Default `always`. */
  readonly overwrite?: Overwriting
  /**
   * Removes what is in the target and not in the snapshot, in directories that are restored whole, except what
   * `exclude` matches. Removes nothing when a file could not be restored.
   */
  readonly removeOthers?: boolean
  /**
   * Repositories that the snapshots were copied to or from: chunks that are damaged here are read from the first that
   * has them intact.
   */
  readonly copies?: readonly Repository[]
  /**
   * Chunks that no index file lists here are not requested from the copies: rebuilding the index costs less than
   * reading them all there.
   */
  readonly repairFirst?: boolean
  readonly onProgress?: OnProgress
}

export interface FailedFile {
  readonly path: NameBytes
  readonly reason: string
}

export interface RestoreReport {
  /** Files that are complete. */
  readonly files: number
  readonly restored_bytes: number
  readonly fetched_bytes: number
  /** Files that existed already. */
  readonly keptFiles: number
  /** Entries that were removed. */
  readonly removed: number
  /** Chunks that only a copy could supply. */
  readonly recoveredChunks: number
  readonly failedFiles: readonly FailedFile[]
}
