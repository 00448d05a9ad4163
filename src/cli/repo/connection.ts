import { availableParallelism, hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { ArgumentsCamelCase, Argv } from 'yargs'
import { Bandwidth } from '../../adapters/real/bandwidth.ts'
import type { TransferLimits } from '../../adapters/real/bandwidth.ts'
import { directoryStore } from '../../adapters/real/directory-store.ts'
import { isS3Location, parseS3Location } from '../../adapters/s3/s3-location.ts'
import { systemPorts } from '../../adapters/real/system.ts'
import { NoRepositoryError, WrongPasswordError, openRepository } from '../../engine/index.ts'
import type { Credentials, Repository } from '../../engine/index.ts'
import type { BlobStore, EnginePorts } from '../../engine/ports.ts'
import { parseQuantity } from '../../scenario/quantities/units.ts'
import { UsageError } from '../exit.ts'
import { auditFile } from './audit-file.ts'
import { isRepositoryNamed, repositoryOfEnvironment } from './named-repository.ts'
import { otherPassword, password } from './password.ts'
import { stopOnSignals, stoppable } from './stop.ts'
import { warn } from './print.ts'

/** What every command on a repository takes. */
export interface RepositoryArguments {
  repository: string
  'password-file': string | undefined
  'password-command': string | undefined
  json: boolean
  'limit-upload': string | undefined
  'limit-download': string | undefined
}

export function repositoryOptions(yargs: Argv): Argv<RepositoryArguments> {
  return namedRepository(yargs)
    .option('password-file', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the password in its first line',
    })
    .option('password-command', {
      type: 'string',
      requiresArg: true,
      describe: 'Command that prints the password, such as a keyring',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
    .option('limit-upload', {
      type: 'string',
      requiresArg: true,
      describe: "Write to repositories no faster than this: '10 Mbit/s', or a number of KiB/s",
    })
    .option('limit-download', { type: 'string', requiresArg: true, describe: 'The same for reading from them' })
}

/** The first argument, or an option where the environment or that option names it. */
function namedRepository(yargs: Argv): Argv<{ repository: string }> {
  const describe = 'Directory of the repository, or s3:https://HOST/BUCKET/PREFIX'
  if (!isRepositoryNamed())
    return yargs.positional('repository', {
      type: 'string',
      demandOption: true,
      describe: `${describe}; left out with --repository (-r) or FIREDRILL_REPOSITORY`,
    })
  return yargs.option('repository', {
    alias: 'r',
    type: 'string',
    requiresArg: true,
    demandOption: true,
    default: repositoryOfEnvironment(),
    describe: `${describe}; by default that of FIREDRILL_REPOSITORY`,
  })
}

export interface Place {
  readonly ports: EnginePorts
  readonly store: BlobStore
}

export interface PlaceOptions {
  /** Threads that seal and open; by default as many as there are cores. */
  readonly threads?: number | undefined
  readonly limits?: TransferLimits
}

export interface OpenOptions extends Pick<PlaceOptions, 'threads'> {
  /** Whether threads will have much to do: they then start while the password is hashed. */
  readonly startsThreads?: (store: BlobStore) => Promise<boolean>
}

/** The store at a location, and this machine as everything else. */
export async function placeOf(location: string, { threads, limits = {} }: PlaceOptions = {}): Promise<Place> {
  if (location === '')
    throw new UsageError('the name of the repository is an empty word; is a variable not set that it comes from?')
  tuneEngine()
  const store = isS3Location(location)
    ? await storeInS3(location, limits)
    : directoryStore(resolve(location), { limits })
  return {
    ports: systemPorts({ warn, auditFile: auditFile() }, threads === undefined ? {} : { threads }),
    store: stoppable(store),
  }
}

/**
 * V8 lets the memory for new objects grow to 128 MB when many of them live for a while, as directory entries do.
 * Measured, this gains nothing here: the size reached when the program is loaded gives the same speed. Its concurrent
 * garbage collection avoids pauses that nobody would notice, and takes a tenth of the time of a backup; with so little
 * to collect at once, the threads only wait for one another. Code that is not called very often is not fully optimised:
 * optimising takes a tenth of a short backup, and the long loops are not in JavaScript.
 */
function tuneEngine(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-incremental-marking')
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--invocation-count-for-turbofan=30000')
}

/** Loads the client for S3 only when it is needed. */
async function storeInS3(text: string, limits: TransferLimits): Promise<BlobStore> {
  let location
  try {
    location = parseS3Location(text)
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
  const { s3Store } = await import('../../adapters/s3/s3-store.ts')
  return s3Store(location, { limits })
}

/** The limits of each command: all repositories that it works on share one line. */
const limitsInForce = new WeakMap<object, TransferLimits>()

/** How fast this command may write and read. @throws UsageError */
export function limitsOf(args: Pick<RepositoryArguments, 'limit-upload' | 'limit-download'>): TransferLimits {
  const known = limitsInForce.get(args)
  if (known !== undefined) return known
  const upload = bandwidthOf('--limit-upload', args['limit-upload'])
  const download = bandwidthOf('--limit-download', args['limit-download'])
  const limits = { ...(upload === undefined ? {} : { upload }), ...(download === undefined ? {} : { download }) }
  limitsInForce.set(args, limits)
  return limits
}

/** A number alone means KiB/s, as with restic, and 0 no limit. */
function bandwidthOf(option: string, written: string | undefined): Bandwidth | undefined {
  if (written === undefined) return undefined
  const text = /^\d+(\.\d+)?$/.test(written) ? `${written} KiB/s` : written
  const parsed = parseQuantity(text, 'bytesPerSecond')
  if ('value' in parsed) return parsed.value === 0 ? undefined : new Bandwidth(parsed.value)
  const meant = parsed.suggestion === undefined ? '' : ` (did you mean '${parsed.suggestion}'?)`
  throw new UsageError(`${option}: ${parsed.problem}${meant}; write a rate such as '10 Mbit/s', or a number of KiB/s`)
}

/**
 * Requests to the store at once: a network is waited for; a disk serves one at a time and each takes memory, but where there are
 * threads to open what the next one brings, they do so while the last is written.
 */
export function requestsAtOnce(location: string): number {
  if (isS3Location(location)) return 4
  return availableParallelism() > 1 ? 2 : 1
}

/** The same where what is fetched is not only opened by other threads, but then written by others again. */
export function restoredAtOnce(location: string): number {
  const requests = requestsAtOnce(location)
  return requests > 1 ? Math.max(4, requests) : 1
}

/** Packs under way at once: while one is being written, another is filled and sealed. */
export function uploadsAtOnce(location: string): number {
  return isS3Location(location) ? 5 : 2
}

export function credentialsOf(secret: string): Credentials {
  return { password: secret, principal: `${userName()}@${hostname()}` }
}

export async function open(
  args: ArgumentsCamelCase<RepositoryArguments>,
  options: OpenOptions = {},
): Promise<Repository> {
  const limits = limitsOf(args)
  return openWith(args.repository, await password(args), { ...options, limits })
}

/** Threads that open what is restored: half of the cores, as others write. Each takes some 30 MB. */
export const restoringThreads = (): number => Math.max(1, availableParallelism() >> 1)

/** What commands take that need a second repository. */
export interface OtherRepositoryArguments {
  'other-password-file': string | undefined
}

export function otherRepositoryOptions<T>(yargs: Argv<T>): Argv<T & OtherRepositoryArguments> {
  return yargs.option('other-password-file', {
    type: 'string',
    requiresArg: true,
    describe: 'Password of the other repository, where it is not the same; else FIREDRILL_OTHER_PASSWORD',
  })
}

/** The second repository: with a password of its own where one is given, else with the same. */
export async function openOther(
  location: string,
  args: ArgumentsCamelCase<RepositoryArguments & OtherRepositoryArguments>,
): Promise<Repository> {
  const secret = (await otherPassword(args.otherPasswordFile)) ?? (await password(args))
  return openWith(location, secret, { limits: limitsOf(args) })
}

/** What commands take that read elsewhere what is damaged. */
export const COPY_OPTION = {
  type: 'string',
  array: true,
  nargs: 1,
  describe:
    'Repository that was copied from or to: what is damaged here is read there; may be given more than once, the nearest first',
} as const

export async function openCopies(
  locations: readonly string[] | undefined,
  args: ArgumentsCamelCase<RepositoryArguments & OtherRepositoryArguments>,
): Promise<Repository[]> {
  const copies: Repository[] = []
  for (const location of locations ?? []) copies.push(await openOther(location, args))
  return copies
}

async function openWith(location: string, secret: string, options: PlaceOptions & OpenOptions): Promise<Repository> {
  const { ports, store } = await placeOf(location, options)
  if ((await options.startsThreads?.(store)) === true) ports.fidelity.threads?.begin?.()
  const credentials = credentialsOf(secret)
  // While the password is typed, Ctrl-C is a key like others.
  stopOnSignals()
  try {
    return await openRepository(ports, store, credentials)
  } catch (error) {
    // Operations record themselves; who does not get so far has tried all the same.
    if (error instanceof NoRepositoryError)
      throw new Error(`${error.message}: give the place of one, or make one with: firedrill repo init`, {
        cause: error,
      })
    if (error instanceof WrongPasswordError) {
      const { principal } = credentials
      const detail = { reason: error.message }
      ports.log.audit({
        time: ports.clock.now(),
        operation: 'open',
        principal,
        repository: store.name,
        outcome: 'refused',
        detail,
      })
    }
    throw error
  }
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
