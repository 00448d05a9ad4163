import { readdirSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { makeFolders } from '../../adapters/real/make-folders.ts'
import { fileSystemError } from '../../adapters/real/system-errors.ts'
import { isS3Location } from '../../adapters/s3/s3-location.ts'
import { initRepository, mendConfigs } from '../../engine/index.ts'
import type { NewRepositoryOptions } from '../../engine/index.ts'
import type { BlobStore } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'
import { credentialsOf, limitsOf, openOther, otherRepositoryOptions, placeOf, repositoryOptions } from './connection.ts'
import type { OtherRepositoryArguments, RepositoryArguments } from './connection.ts'
import { password } from './password.ts'
import { print } from './print.ts'

interface InitArguments extends RepositoryArguments, OtherRepositoryArguments {
  cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  compression: 'zstd' | 'none'
  'copy-of': string | undefined
  'verify-after-seal': boolean
}

/** `firedrill repo init DIR` */
export const initCommand: CommandModule<object, InitArguments> = {
  command: 'init <repository>',
  describe: 'Create a repository in an empty or new directory, or in a bucket that exists',
  builder: (yargs) =>
    otherRepositoryOptions(repositoryOptions(yargs))
      .option('cipher', { choices: ['aes-256-gcm', 'chacha20-poly1305'] as const, default: 'aes-256-gcm' as const })
      .option('compression', { choices: ['zstd', 'none'] as const, default: 'zstd' as const })
      .option('copy-of', {
        type: 'string',
        requiresArg: true,
        describe: 'Repository whose snapshots are to be copied here: the two then share keys',
      })
      .option('verify-after-seal', {
        type: 'boolean',
        default: false,
        describe:
          'Open again all that is stored before going on: finds faulty memory early, and slows backups by a sixth',
      })
      .example('$0 repo init /mnt/disk/backups', 'asks for a password')
      .example(
        '$0 repo init s3:https://s3.eu-central-1.amazonaws.com/bucket/office',
        'credentials from AWS_ACCESS_KEY_ID',
      ),
  async handler(args) {
    const { ports, store } = await placeOf(args.repository, { limits: limitsOf(args) })
    if (isS3Location(args.repository)) await requireNoBlobs(store)
    else requireEmpty(args.repository)
    const secret = await password(args, true)
    if (!isS3Location(args.repository)) makeDirectory(args.repository)
    const origin = args.copyOf === undefined ? undefined : await openOther(args.copyOf, args)
    await mendConfigs(await initRepository(ports, store, credentialsOf(secret), optionsOf(args), origin))
    print(
      args,
      { repository: args.repository },
      () =>
        `Created a repository in ${args.repository}. Without its password nothing can be restored from it: keep it safe.`,
    )
  },
}

/**
 * Chunks of 512 KiB on average: measured, smaller ones deduplicate no better once small files share segments, and larger
 * ones keep less. Argon2id with 46 MiB and one pass, the first of the settings that
 * OWASP's Password Storage Cheat Sheet asks for at least, costs an attacker, and us once a command, about 50 ms.
 */
function optionsOf({ cipher, compression, 'verify-after-seal': verifyAfterSeal }: InitArguments): NewRepositoryOptions {
  return {
    chunker: { min: 128 * 1024, avg: 512 * 1024, max: 2 * 1024 * 1024, normalisation: 2 },
    pack_bytes: 16 * 1024 * 1024,
    compression,
    cipher,
    kdf: { algorithm: 'argon2id', memory: 46 * 1024, passes: 1 },
    verifyAfterSeal,
  }
}

async function requireNoBlobs(store: BlobStore): Promise<void> {
  for await (const { name } of store.list(''))
    throw new UsageError(
      name === 'config' || name === 'config-copy' || name.startsWith('data/')
        ? `there is a repository in ${store.name} already`
        : `cannot create a repository in ${store.name}: ${name} is there; name a new prefix`,
    )
}

function makeDirectory(directory: string): void {
  try {
    makeFolders(directory, 0o700)
  } catch (error) {
    throw fileSystemError(error, `cannot create a repository in ${directory}`)
  }
}

function requireEmpty(directory: string): void {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw fileSystemError(error, `cannot create a repository in ${directory}`)
  }
  if (names.includes('config') || names.includes('config-copy'))
    throw new UsageError(`there is a repository in ${directory} already`)
  if (names.length > 0)
    throw new UsageError(`cannot create a repository in ${directory}: it is not empty; name a new directory`)
}
