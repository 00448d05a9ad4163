import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../../src/cli/firedrill.ts')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder for one test and the command line in it, with a password in the environment. */
export class Desk {
  readonly directory = mkdtempSync(join(tmpdir(), 'firedrill-cli-'))

  at(...names: string[]): string {
    return join(this.directory, ...names)
  }

  /** Runs `firedrill repo …` as a user would. */
  repo(
    words: readonly string[],
    environment: Record<string, string> = { FIREDRILL_PASSWORD: 'correct horse' },
  ): Outcome {
    const { program, options } = this.command(words, environment)
    const { status, stdout, stderr } = spawnSync(process.execPath, program, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    return { code: status, stdout, stderr }
  }

  /** What to start, and with what around it. */
  command(
    words: readonly string[],
    environment: Record<string, string> = { FIREDRILL_PASSWORD: 'correct horse' },
  ): { readonly program: string[]; readonly options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string } } {
    const env = {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      FIREDRILL_AUDIT_FILE: this.at('.audit', 'audit.jsonl'),
      ...environment,
    }
    return { program: [MAIN, 'repo', ...words], options: { env, cwd: this.directory } }
  }

  /** As `repo`; anything but success is an error of the test. */
  done(...words: string[]): string {
    const { code, stdout, stderr } = this.repo(words)
    if (code !== 0 || stderr !== '') throw new Error(`repo ${words.join(' ')}: exit code ${code}\n${stdout}\n${stderr}`)
    return stdout
  }

  clear(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
