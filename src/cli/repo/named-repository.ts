import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import { UsageError } from '../exit.ts'

/** What a command line must not have for its first argument to be the repository. */
const OPTION = /^(?:-r.*|--repository(?:=.*)?)$/s

/** The repository that the environment names. */
export function repositoryOfEnvironment(): string | undefined {
  const named = process.env['FIREDRILL_REPOSITORY']
  return named === '' ? undefined : named
}

/** Whether commands are written without their repository, since the environment or an option names it. */
export function isRepositoryNamed(): boolean {
  const end = process.argv.indexOf('--')
  const words = end < 0 ? process.argv : process.argv.slice(0, end)
  return repositoryOfEnvironment() !== undefined || words.some((word) => OPTION.test(word))
}

/** A command as it is written then. */
export function onNamedRepository<T, U>(command: CommandModule<T, U>): CommandModule<T, U> {
  if (!isRepositoryNamed()) return command
  return { ...command, command: String(command.command).replace(' <repository>', '') }
}

/** Who names the repository in the old way besides would have it backed up, as a directory among others. */
export function refuseRepositoryAsSource(repository: string, [first, ...others]: readonly string[]): void {
  if (first === undefined || others.length === 0 || !isRepositoryNamed() || !isRepository(first)) return
  throw new UsageError(`${first} is a repository itself, and ${repository} is named already: leave one of them out`)
}

function isRepository(directory: string): boolean {
  try {
    return readFileSync(join(directory, 'config')).includes('firedrill repository')
  } catch {
    return false
  }
}
