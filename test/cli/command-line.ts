import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const MAIN = join(import.meta.dirname, '../../src/cli/firedrill.ts')

/** Runs `firedrill …` as a user would, in this folder. */
export function commandLineIn(folder: string): (...words: string[]) => Outcome {
  return (...words) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
      maxBuffer: 2 ** 26,
    })
    return { code: status, stdout, stderr }
  }
}
