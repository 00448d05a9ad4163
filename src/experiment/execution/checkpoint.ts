import { BlockFileError, BlockWriter, NOTHING_FOUND, readBlockFile } from './block-file.ts'
import type { BlockFileHeader } from './block-file.ts'
import type { Executor } from './executor.ts'
import { remembered } from './remembered.ts'

/** What is done of a run, on disk, so that it need not be done again. */
export interface Checkpoint {
  /** Runs what is not done yet, and notes it. */
  readonly execute: Executor
  /** Blocks that were done before. */
  readonly known: number
  /** @param finished it is of no use any more */
  close(finished: boolean): Promise<void>
}

/**
 * Begins a checkpoint, or goes on from the one that is there.
 * @throws BlockFileError when there is none to resume, or what is there is none
 */
export async function openCheckpoint(
  path: string,
  header: BlockFileHeader,
  execute: Executor,
  resume: boolean,
): Promise<Checkpoint> {
  const before = resume ? await readBlockFile(path) : undefined
  if (resume && before === undefined) {
    throw new BlockFileError(
      `there is nothing to resume: no ${path}; scenario and options must be those of the run that was interrupted`,
    )
  }
  const known = before ?? NOTHING_FOUND
  const workers = before?.header.workers ?? header.workers
  const writer = await BlockWriter.create(path, { ...header, workers }, known)
  return {
    execute: remembered(execute, { known, workers, writer }),
    known: known.results.size,
    async close(finished) {
      await writer.close()
      if (finished) await writer.remove()
    },
  }
}
