import { directoryEntries } from '../../adapters/real/source/directory-entries.ts'
import { populateFromEntries } from '../../adapters/virtual/index.ts'
import type { DirectoryReader } from '../../world/index.ts'

const NS_PER_S = 1_000_000_000n

/**
 * Reads the real directory of a dataset, with all bytes, into its virtual filesystem. Times of change are set to the
 * scenario's start: they say when a copy was checked out, not when the data changed, and results must not depend on that.
 */
export const readRealDirectory: DirectoryReader = (dataset, files) => {
  if (dataset.from === undefined) throw new Error(`dataset ${dataset.name} does not come from a directory`)
  const mtime_ns = BigInt(Math.floor(files.time)) * NS_PER_S
  populateFromEntries(files, withTime(dataset.from, mtime_ns))
}

function* withTime(
  root: string,
  mtime_ns: bigint,
): Generator<Parameters<typeof populateFromEntries>[1] extends Iterable<infer E> ? E : never> {
  for (const entry of directoryEntries(root)) {
    yield { ...entry, mode: entry.kind === 'directory' ? 0o755 : 0o644, mtime_ns }
  }
}
