import { mkdirSync, readdirSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { initRepository } from '../../engine/index.ts'
import type { NewRepositoryOptions } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import { credentialsOf, openAt, placeOf, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { password } from './password.ts'
import { print } from './print.ts'

interface InitArguments extends RepositoryArguments {
  cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  compression: 'zstd' | 'none'
  'copy-of': string | undefined
  'verify-after-seal': boolean
}

/** `firedrill repo init DIR` */
export const initCommand: CommandModule<object, InitArguments> = {
  command: 'init <directory>',
  describe: 'Create a repository in an empty or new directory',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .option('cipher', { choices: ['aes-256-gcm', 'chacha20-poly1305'] as const, default: 'aes-256-gcm' as const })
      .option('compression', { choices: ['zstd', 'none'] as const, default: 'zstd' as const })
      .option('copy-of', {
        type: 'string',
        requiresArg: true,
        describe: 'Directory of a repository whose snapshots are to be copied here: the two then share keys',
      })
      .option('verify-after-seal', {
        type: 'boolean',
        default: false,
        describe:
          'Open again all that is stored before going on: finds faulty memory early, and slows backups by a sixth',
      })
      .example('$0 repo init /mnt/disk/backups', 'asks for a password'),
  async handler(args) {
    requireEmpty(args.directory)
    const secret = await password(args, true)
    mkdirSync(args.directory, { recursive: true, mode: 0o700 })
    const { ports, store } = placeOf(args.directory)
    const origin = args.copyOf === undefined ? undefined : await openAt(args.copyOf, args)
    await initRepository(ports, store, credentialsOf(secret), optionsOf(args), origin)
    print(
      args,
      { directory: args.directory },
      () =>
        `Created a repository in ${args.directory}. Without its password nothing can be restored from it: keep it safe.`,
    )
  },
}

/**
 * Chunks of 512 KiB on average: measured, smaller ones deduplicate no better once small files share segments, and larger
 * ones keep less. scrypt with N = 2^16 costs an attacker, and us once a command, 64 MiB and about 0.2 s.
 */
function optionsOf({ cipher, compression, 'verify-after-seal': verifyAfterSeal }: InitArguments): NewRepositoryOptions {
  return {
    chunker: { min: 128 * 1024, avg: 512 * 1024, max: 2 * 1024 * 1024, normalisation: 2 },
    pack_bytes: 16 * 1024 * 1024,
    compression,
    cipher,
    kdf: { algorithm: 'scrypt', cost: 65_536 },
    verifyAfterSeal,
  }
}

function requireEmpty(directory: string): void {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw new UsageError(`cannot create a repository in ${directory}: ${error instanceof Error ? error.message : ''}`)
  }
  if (names.includes('config')) throw new UsageError(`there is a repository in ${directory} already`)
  if (names.length > 0)
    throw new UsageError(`cannot create a repository in ${directory}: it is not empty; name a new directory`)
}
