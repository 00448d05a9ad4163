import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firedrill } from '../command-line.ts'
import type { Outcome } from '../command-line.ts'

const MAIN = join(import.meta.dirname, '../../../src/cli/firedrill.ts')

/** A folder for one test and the command line in it, with a password in the environment. */
export class Desk {
  readonly directory = mkdtempSync(join(tmpdir(), 'firedrill-cli-'))

  at(...names: string[]): string {
    return join(this.directory, ...names)
  }

  /** `firedrill repo …` in this folder. */
  repo(
    words: readonly string[],
    environment: Record<string, string> = { FIREDRILL_PASSWORD: 'correct horse' },
  ): Outcome {
    const { cwd, env } = this.command(words, environment).options
    return firedrill({ words: ['repo', ...words], folder: cwd, environment: env })
  }

  /** The same for a process of its own: what to start, and with what around it. */
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
