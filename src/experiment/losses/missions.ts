import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { MISSIONS_PER_BLOCK } from '../../world/durability/index.ts'
import type { MissionCount, RedundancyGroups } from '../../world/durability/index.ts'

export interface MissionOptions {
  readonly seed: string
  readonly missions: number
  /** Length of a mission, in the unit of time of the system. */
  readonly mission: number
  /** Default: the machine's cores. The result does not depend on it. */
  readonly threads?: number
}

/** Blocks of missions as they are sent to a worker thread: plain data. */
export interface MissionTask {
  readonly system: RedundancyGroups
  readonly seed: string
  readonly mission: number
  readonly firstBlock: number
  /** Number of missions in each of the blocks. */
  readonly blocks: readonly number[]
}

/** Blocks that a thread takes at a time: a tenth of a second of work. */
const BLOCKS_PER_TASK = 16

/** How many missions lose data, on worker threads. */
export async function runMissions(
  system: RedundancyGroups,
  { seed, missions, mission, threads = availableParallelism() }: MissionOptions,
): Promise<MissionCount> {
  const tasks: MissionTask[] = []
  const blocks = Math.ceil(missions / MISSIONS_PER_BLOCK)
  for (let firstBlock = 0; firstBlock < blocks; firstBlock += BLOCKS_PER_TASK) {
    const sizes: number[] = []
    for (let block = firstBlock; block < Math.min(blocks, firstBlock + BLOCKS_PER_TASK); block++) {
      sizes.push(Math.min(MISSIONS_PER_BLOCK, missions - block * MISSIONS_PER_BLOCK))
    }
    tasks.push({ system, seed, mission, firstBlock, blocks: sizes })
  }
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const pool = new Piscina({
    filename: new URL(`./missions-worker${extension}`, import.meta.url).href,
    maxThreads: Math.max(1, Math.min(threads, tasks.length)),
    idleTimeout: Infinity,
  })
  try {
    const counts = await Promise.all(tasks.map((task): Promise<MissionCount> => pool.run(task)))
    return {
      missions,
      losses: counts.reduce((sum, { losses }) => sum + losses, 0),
      failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    }
  } finally {
    await pool.destroy()
  }
}
