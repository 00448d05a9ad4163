import type { Scenario } from '../../scenario/scenario.ts'
import { cellsOf, drillBlocks, naturalBlocks } from '../blocks.ts'
import { run } from '../run.ts'
import type { RunOptions } from '../run.ts'
import type { Results } from '../results.ts'
import {
  BlockFileError,
  BlockWriter,
  NOTHING_FOUND,
  headerOf,
  readBlockFile,
  sayTheSame,
  scenarioOf,
} from './block-file.ts'
import type { BlockFile, BlockFileHeader, Packed } from './block-file.ts'
import { blockId } from './block-identity.ts'
import type { CellBlock, Executor } from './executor.ts'
import { remembered } from './remembered.ts'

export interface ShardPlan {
  readonly seed: string
  readonly replications: number
  readonly naturalWorlds: number
  /** For how many workers in all shards together the blocks are cut. */
  readonly workers: number
}

/** All blocks of a run whose number of drills is fixed. */
function allBlocks(
  scenario: Scenario,
  { seed, replications, naturalWorlds, workers }: ShardPlan,
  options = {},
): CellBlock[] {
  const cells = cellsOf(scenario, { ...options, seed })
  return [
    ...drillBlocks(cells, { from: 0, count: replications }, workers, true),
    ...naturalBlocks(cells, naturalWorlds),
  ]
}

/**
 * Runs one of several equal shares of a run, and writes its results to a file. What the file already holds is not run
 * again, so a job that was killed is simply restarted.
 * @returns how many blocks the share has, and how many of them are done
 */
export async function runShard(
  scenario: Scenario,
  plan: ShardPlan,
  shard: { readonly index: number; readonly of: number },
  path: string,
  {
    execute,
    signal,
    ...options
  }: Pick<RunOptions, 'signal' | 'readDirectory'> & {
    readonly execute: Executor
  },
): Promise<{ blocks: number; done: number }> {
  const header = headerOf(scenario, { ...plan, shard })
  const before = await readBlockFile(path)
  const known = before !== undefined && sameRun(before.header, header) ? before : NOTHING_FOUND
  const own = allBlocks(scenario, plan, options).filter((_, index) => index % shard.of === shard.index - 1)
  const writer = await BlockWriter.create(path, header, known)
  let done = 0
  try {
    const executor = remembered(execute, { known, writer })
    for await (const _finished of executor.run(own, signal === undefined ? {} : { signal })) done += 1
  } finally {
    await writer.close()
  }
  return { blocks: own.length, done }
}

function sameRun(a: BlockFileHeader, b: BlockFileHeader): boolean {
  const { path: _a, ...one } = a.scenario
  const { path: _b, ...other } = b.scenario
  return JSON.stringify({ ...a, scenario: one, shard: 0 }) === JSON.stringify({ ...b, scenario: other, shard: 0 })
}

/**
 * Puts the files of all shards together. Nothing is run.
 * @throws BlockFileError when they are not of one run, when one is missing, or when two do not agree on a block
 */
export async function mergeShards(files: readonly BlockFile[]): Promise<{ scenario: Scenario; results: Results }> {
  const [first] = files
  if (first === undefined) throw new BlockFileError('there is nothing to merge')
  const known = new Map<string, Packed>()
  for (const { path, header, results } of files) {
    if (!sameRun(header, first.header)) {
      throw new BlockFileError(
        `${path} is not of the same run as ${first.path}: scenario, seed, drills or shards differ`,
      )
    }
    for (const [id, result] of results) {
      if (!sayTheSame(known.get(id) ?? result, result)) {
        throw new BlockFileError(
          `${path} has another result of block ${id} than an earlier file: is a machine at fault?`,
        )
      }
      known.set(id, result)
    }
  }
  const { header } = first
  const { replications, workers } = header
  if (replications === undefined || header.shard === undefined) {
    throw new BlockFileError(`${first.path} is a checkpoint, not a shard; go on with run --resume`)
  }
  const scenario = scenarioOf(header)
  const { of } = header.shard
  const missing = allBlocks(scenario, { ...header, replications }).flatMap((block, index) => {
    return known.has(blockId(block)) ? [] : [(index % of) + 1]
  })
  if (missing.length > 0) {
    const shards = [...new Set(missing)].sort((a, b) => a - b).map((index) => `${index}/${of}`)
    throw new BlockFileError(
      `blocks are missing that these shards run: ${shards.join(', ')}; run them again, then merge`,
    )
  }
  const { seed, naturalWorlds } = header
  const execute = remembered(NOTHING, { known: { ...NOTHING_FOUND, results: known }, workers })
  return { scenario, results: await run(scenario, { seed, replications, naturalWorlds, execute }) }
}

/** Everything is known. */
const NOTHING: Executor = {
  workers: 1,
  // oxlint-disable-next-line require-yield -- there is nothing to give
  async *run() {
    throw new Error('a block is missing that was there before')
  },
}
