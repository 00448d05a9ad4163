import type { Argv } from 'yargs'
import type { BlobStore, Instant } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'

export interface LockArguments {
  lock: number | undefined
}

/** What commands take that write what must outlive an attacker. */
export function lockOption<T>(yargs: Argv<T>): Argv<T & LockArguments> {
  return yargs.option('lock', {
    type: 'number',
    requiresArg: true,
    describe: 'Days for which nobody may delete what is written; takes a store with object lock',
  })
}

export function lockUntil({ lock }: LockArguments): { lockUntil?: Instant } {
  if (lock === undefined) return {}
  if (!(lock > 0)) throw new UsageError('--lock takes days, more than 0')
  return { lockUntil: Date.now() / 1000 + lock * 86_400 }
}

/** A store without object lock takes what it is given and does not say that it is not locked. */
export async function warnUnlessLocked(args: LockArguments, store: BlobStore, snapshot: string): Promise<void> {
  if (args.lock === undefined) return
  const { lockedUntil } = await store.stat(`snapshots/${snapshot}`)
  if (lockedUntil === undefined) process.stderr.write(`warning: nothing is locked: ${store.name} has no object lock\n`)
}
