import type { NameBytes } from '../ports.ts'
import type { TreeEntry } from '../trees/tree.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { SelectionOptions } from './selection.ts'

/**
 * What becomes of an entry, other than a directory, that has the name of one to be restored: `always` it is replaced; `if-changed` it is
 * kept where size and time of the last change are the same, and given its metadata; `if-newer` it is replaced only by one that was
 * changed later; `never` it is left as it is.
 */
export const OVERWRITING = ['always', 'if-changed', 'if-newer', 'never'] as const
export type Overwriting = (typeof OVERWRITING)[number]

/** Whether what has the name of an entry to be restored is left as it is, whatever it is. Where its time is not known, it is not older. */
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
  /** Requests to the store under way at once. Default 4. */
  readonly downloads?: number
  /** Bytes that a request asks for at most. */
  readonly request_bytes?: number
  /** Packs that are needed in part are read from end to end. */
  readonly wholePacks?: boolean
  /**
   * Goes on with a restore that was interrupted: files that are there with the right content are not read again from the
   * store, only given their metadata. The target must be able to say what it holds.
   */
  readonly resume?: boolean
  /** Default `always`. */
  readonly overwrite?: Overwriting
  /**
   * What is in the target and not in the snapshot is taken away, in directories that are restored whole, but for what `exclude` names. Nothing
   * is when a file could not be restored.
   */
  readonly removeOthers?: boolean
  /** Repositories that the snapshots were copied to or from: chunks that are damaged here are read in the first that has them whole. */
  readonly copies?: readonly Repository[]
  /** What no index file lists here is not asked of the copies: to make the index anew costs less than to read it all there. */
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
  /** Files that were there already. */
  readonly keptFiles: number
  /** Entries that were taken away. */
  readonly removed: number
  /** Chunks that only a copy could give. */
  readonly recoveredChunks: number
  readonly failedFiles: readonly FailedFile[]
}
