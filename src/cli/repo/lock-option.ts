import type { Argv } from 'yargs'
import { isS3Location } from '../../adapters/s3/s3-location.ts'
import type { LockReport } from '../../engine/index.ts'
import type { Instant } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'
import { warn } from './print.ts'

export interface LockArguments {
  lock: number | undefined
}

const DAY_S = 86_400

/** What commands take that write what must outlive an attacker. */
export function lockOption<T>(yargs: Argv<T>): Argv<T & LockArguments> {
  return yargs.option('lock', {
    type: 'number',
    requiresArg: true,
    describe:
      'Days for which nobody may delete the snapshot, nor anything that it needs; takes a store with object lock',
  })
}

export function lockUntil({ lock }: LockArguments): { lockUntil?: Instant } {
  return lock === undefined ? {} : { lockUntil: daysFromNow('--lock', lock) }
}

export function daysFromNow(option: string, days: number): Instant {
  if (!(days > 0 && days <= 36_525)) throw new UsageError(`${option} takes days, more than 0 and up to 36525`)
  return Date.now() / 1000 + days * DAY_S
}

/** What a person should know of the locks that were asked for. */
export function warnOfWeakLocks({ lock }: LockArguments, location: string): void {
  if (lock === undefined || isS3Location(location)) return
  warn(
    `this program keeps the locks in ${location}; others who may write there need not, unless it is a WORM share that knows them (SnapLock, SmartLock)`,
  )
}

/** @throws Error for a lock that was asked for and does not hold: the user has been told why */
export function requireLocked(locks: LockReport | undefined): void {
  if (locks?.failure !== undefined)
    throw new Error('what was stored is not locked as asked for; it is there, and can be restored')
}
