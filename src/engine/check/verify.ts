import type { RestoreTarget } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { restore } from '../restore/restore.ts'
import type { FailedFile, RestoreOptions } from '../restore/restore-options.ts'

export interface RehearsalReport {
  readonly files: number
  readonly verified_bytes: number
  readonly fetched_bytes: number
  readonly failedFiles: readonly FailedFile[]
}

/**
 * Does everything that a restore does, without keeping the result: every chunk of the snapshot is read, opened and
 * checked against its id.
 */
export async function rehearseRestore(
  repository: Repository,
  snapshotId: string,
  options: Omit<RestoreOptions, 'resume'> = {},
): Promise<RehearsalReport> {
  const report = await restore(repository, snapshotId, keepNothing, options)
  const { files, restored_bytes: verified_bytes, fetched_bytes, failedFiles } = report
  return { files, verified_bytes, fetched_bytes, failedFiles }
}

const nothing = (): Promise<void> => Promise.resolve()

const keepNothing: RestoreTarget = {
  createDirectory: nothing,
  createFile: nothing,
  write: nothing,
  createSymlink: nothing,
  createHardLink: nothing,
  createSpecial: nothing,
  finish: nothing,
}
