import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { httpStatus } from './s3-errors.ts'

type RetryStrategy = Extract<NonNullable<S3ClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>

/**
 * The wait before a second attempt is drawn up to this, that before each later one up to twice as much as before, and
 * LONGEST_MS at most.
 */
const TRANSIENT_MS = 100
const THROTTLED_MS = 500
const LONGEST_MS = 20_000
/** Of a signature with a time that is too far off: 403 mostly, or what some stores say instead. */
const MAY_BE_THE_CLOCK: ReadonlySet<number> = new Set([400, 401, 403])
/** Attempts for which a clock is set right: one is enough, but that requests sent meanwhile may each learn of it. */
const CLOCK_CORRECTIONS = 2

const token = (count: number, delay_ms: number) => ({ getRetryCount: () => count, getRetryDelay: () => delay_ms })

/**
 * When a request is made once more. That of the SDK has two faults here. All requests of a client share some 35
 * retries: where five packs are on their way when a store is started anew, they are used up within seconds. And once it
 * has found the clock of this machine to be wrong, it takes every answer for one that failed by that, so that of a blob
 * that is not there it asks eleven times more.
 */
export function patiently(attempts: number): RetryStrategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    async refreshRetryTokenForRetry(before, { error, errorType, retryAfterHint }) {
      const count = before.getRetryCount() + 1
      const isWorthIt = errorType === 'THROTTLING' || errorType === 'TRANSIENT'
      if (!isWorthIt || count >= attempts) throw new Error('no further attempt')
      const status = httpStatus(error) ?? 500
      if (status < 500 && errorType === 'TRANSIENT') {
        if (!MAY_BE_THE_CLOCK.has(status) || count > CLOCK_CORRECTIONS) throw new Error('it is not the clock')
        return token(count, 0)
      }
      const first_ms = errorType === 'THROTTLING' ? THROTTLED_MS : TRANSIENT_MS
      const drawn_ms = Math.random() * Math.min(LONGEST_MS, first_ms * 2 ** (count - 1))
      const asked_ms = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - Date.now()
      return token(count, Math.max(drawn_ms, Math.min(asked_ms, LONGEST_MS)))
    },
    recordSuccess() {},
  }
}
