import type { Scenario } from '../../scenario/scenario.ts'
import { bytes, count } from '../../report/text/human.ts'

const MIB = 1024 ** 2
/** With more chunks than this, a strategy takes gigabytes of memory, and minutes before its first drill. */
const MANY_CHUNKS = 1e6
/** Enough to tell times and sizes by. */
const GOOD_CHUNKS = 1e5
const LARGEST_CHUNK_MIB = 256

/** Says what makes a scenario needlessly slow and what to write instead; undefined if nothing does. */
export function takesLong({ strategies, topologies }: Scenario): string | undefined {
  const size_bytes = Math.max(
    ...topologies.map(({ world }) => [...world.datasets.values()].reduce((sum, each) => sum + each.size_bytes, 0)),
  )
  const chunk_bytes = Math.min(...strategies.map(({ repository }) => repository.chunk_bytes))
  const chunks = size_bytes / chunk_bytes
  if (chunks < MANY_CHUNKS) return undefined
  const enough = Math.min(LARGEST_CHUNK_MIB, 2 ** Math.round(Math.log2(size_bytes / GOOD_CHUNKS / MIB)))
  if (enough * MIB <= chunk_bytes) return undefined
  const found = `${bytes(size_bytes)} in chunks of ${chunk_bytes / MIB} MiB are ${count(Math.round(chunks / 1e5) / 10)} million chunks`
  return `${found}, which take long to simulate and much memory; repository: { chunk: ${enough} MiB } is enough to tell times and sizes by`
}
