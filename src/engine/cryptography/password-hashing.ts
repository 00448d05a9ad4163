/** How a key is derived from a password: slowly and with much memory, so that guessing is expensive. */
export type PasswordHashing =
  | {
      readonly algorithm: 'argon2id'
      /** KiB. */
      readonly memory: number
      readonly passes: number
    }
  | {
      readonly algorithm: 'scrypt'
      /** A power of two; KiB of memory. */
      readonly cost: number
    }

/** 1 GiB. */
const MEMORY_KIB_AT_MOST = 2 ** 20
const MEMORY_KIB_AT_LEAST = 8
const PASSES_AT_MOST = 64

/**
 * Whether a value describes a derivation that a machine can afford. Key files are not authenticated before they are
 * opened, and an absurd one must not take all memory, or hours.
 */
export function isPasswordHashing(value: Readonly<Record<string, unknown>>): boolean {
  const { algorithm, cost, memory, passes } = value
  if (algorithm === 'scrypt') return isPowerOfTwo(cost) && cost >= 2 && cost <= MEMORY_KIB_AT_MOST
  return (
    algorithm === 'argon2id' &&
    isBetween(memory, MEMORY_KIB_AT_LEAST, MEMORY_KIB_AT_MOST) &&
    isBetween(passes, 1, PASSES_AT_MOST)
  )
}

export function isPowerOfTwo(value: unknown): value is number {
  return isBetween(value, 1, 2 ** 31) && (value & (value - 1)) === 0
}

function isBetween(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}
