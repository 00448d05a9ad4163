import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Argv } from 'yargs'
import { UsageError } from '../exit.ts'
import { fileSystemError } from '../../adapters/real/system-errors.ts'
import type { StudiedScenario, Study } from '../../report/studies/study.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { commandLine } from './command-line.ts'

export interface ReportArguments {
  readonly report: string | undefined
}

/** The option of commands that print tables: the same as a page. */
export function withReport<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & ReportArguments> {
  return yargs.option('report', {
    type: 'string',
    requiresArg: true,
    describe: 'Also write a page with charts, to show to others: one HTML file',
  })
}

/** Fails early where a file cannot be written, so that nobody waits for a run in vain. */
export function requireWritable(path: string | undefined): void {
  if (path === undefined) return
  const folder = dirname(path)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`${path} is a directory; expected the name of a file`)
  try {
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw fileSystemError(error, `cannot write to ${folder}`)
  }
}

/** Writes the page where one was asked for, and says so. */
export async function writeReport(
  { report }: ReportArguments,
  scenarios: () => Promise<readonly StudiedScenario[]>,
  study: () => Promise<Study>,
): Promise<void> {
  if (report === undefined) return
  const { writeStudy } = await import('../../report/write-study.ts')
  await writeStudy(report, await study(), { command: commandLine(), scenarios: await scenarios() })
  process.stderr.write(`Report: ${report}\n`)
}

/** What a page says of a scenario that was run. */
export async function studied(scenario: Scenario, seed: string | undefined): Promise<StudiedScenario> {
  const { weakSpots } = await import('../../scenario/checks/weak-spots.ts')
  const { path, text, assumptions, warnings } = scenario
  return { path, text, seed: seed ?? scenario.seed, assumptions, warnings, weakSpots: weakSpots(scenario) }
}
