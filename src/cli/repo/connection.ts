import { hostname, userInfo } from 'node:os'
import type { ArgumentsCamelCase, Argv } from 'yargs'
import { directoryStore } from '../../adapters/real/directory-store.ts'
import { systemPorts } from '../../adapters/real/system.ts'
import { openRepository } from '../../engine/index.ts'
import type { Credentials, Repository, Snapshot } from '../../engine/index.ts'
import type { BlobStore, EnginePorts } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'
import { password } from './password.ts'

/** What every command on a repository takes. */
export interface RepositoryArguments {
  directory: string
  'password-file': string | undefined
  json: boolean
}

export function repositoryOptions(yargs: Argv): Argv<RepositoryArguments> {
  return yargs
    .positional('directory', { type: 'string', demandOption: true, describe: 'Directory of the repository' })
    .option('password-file', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the password in its first line',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
}

export interface Place {
  readonly ports: EnginePorts
  readonly store: BlobStore
}

/** The directory as a store, and this machine as everything else. */
export function placeOf(directory: string): Place {
  return {
    ports: systemPorts({ warn: (message) => process.stderr.write(`warning: ${message}\n`) }),
    store: directoryStore(directory),
  }
}

export function credentialsOf(secret: string): Credentials {
  return { password: secret, principal: `${userName()}@${hostname()}` }
}

export async function open(args: ArgumentsCamelCase<RepositoryArguments>): Promise<Repository> {
  return openAt(args.directory, args)
}

/** Another repository, with the same password. */
export async function openAt(directory: string, args: ArgumentsCamelCase<RepositoryArguments>): Promise<Repository> {
  const { ports, store } = placeOf(directory)
  return openRepository(ports, store, credentialsOf(await password(args)))
}

/** The snapshot of an id or the beginning of one; 'latest' is the newest. */
export async function findSnapshot(repository: Repository, word: string): Promise<Snapshot> {
  const snapshots = await repository.snapshots()
  const newest = snapshots.at(-1)
  if (newest === undefined) throw new Error('the repository has no snapshots yet; make one with: firedrill repo backup')
  if (word === 'latest') return newest
  const matching = snapshots.filter((snapshot) => snapshot.id.startsWith(word))
  const [found, other] = matching
  if (found === undefined)
    throw new UsageError(`there is no snapshot ${word}; list them with: firedrill repo snapshots`)
  if (other !== undefined)
    throw new UsageError(`${word} is the beginning of ${matching.length} snapshot ids; write more of it`)
  return found
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an account, as in containers.
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

/** Name bytes of a path as typed: 'a/b' of './a//b/'. */
export function pathInSnapshot(typed: string): string {
  const names = typed.split('/').filter((name) => name !== '' && name !== '.')
  if (names.length === 0 || names.includes('..'))
    throw new UsageError(`${typed}: give a path inside the snapshot, as 'firedrill repo ls' shows it`)
  return Buffer.from(names.join('/')).toString('latin1')
}
