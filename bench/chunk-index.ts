import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { spread } from './interleave.ts'
import type { BenchResult } from './interleave.ts'

/** What an index of ten million chunks may take, and a look-up in it. */
const GOAL_MB = 700
const GOAL_NS = 500

export interface IndexBenchOptions {
  readonly chunks: number
  readonly rounds: number
}

interface Measured {
  readonly total_MB: number
  readonly hit_ns: number
  readonly miss_ns: number
  readonly listed_ns: number
  readonly add_ns: number
}

/** The index of chunks against what it should cost: a ratio above 1 is a goal that is met. Each round in a process of its own. */
export async function chunkIndex(name: string, { chunks, rounds }: IndexBenchOptions): Promise<BenchResult> {
  const measured: Measured[] = []
  for (let round = 1; round <= rounds; round++) {
    const program = join(import.meta.dirname, 'index-memory.ts')
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', program, String(chunks)], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    measured.push(JSON.parse(stdout))
    process.stderr.write(`round ${round} of ${rounds}: ${stdout}`)
  }
  const seconds = (of: (one: Measured) => number) => spread(measured.map((one) => of(one) / 1e9))
  return {
    name,
    ratios: {
      [`memory-${GOAL_MB}-MB-for-1e7`]: spread(measured.map(({ total_MB }) => (GOAL_MB * chunks) / 1e7 / total_MB)),
      [`look-up-${GOAL_NS}-ns`]: spread(measured.map(({ hit_ns, miss_ns }) => GOAL_NS / Math.max(hit_ns, miss_ns))),
    },
    seconds: {
      'look-up-found': seconds(({ hit_ns }) => hit_ns),
      'look-up-not-found': seconds(({ miss_ns }) => miss_ns),
      'look-up-listed': seconds(({ listed_ns }) => listed_ns),
      add: seconds(({ add_ns }) => add_ns),
    },
  }
}
