import { NONCE_BYTES, decrypt, deriveKey, encrypt, isCipherName, keyFromPassword } from '../cryptography.ts'
import type { CipherName } from '../cryptography.ts'
import { decodeValue, encodeValue, isBytes, isRecord } from '../encoding.ts'
import { AuthenticationError, RepositoryFormatError, WrongPasswordError } from '../errors.ts'
import type { Instant, RandomSource, SubKeys } from '../ports.ts'
import type { Role } from './roles.ts'

/** The secrets of a repository, all derived from its master key. */
export interface RepositoryKeys extends SubKeys {
  /** 32 bytes; whoever holds it can read and write everything. */
  readonly master: Uint8Array
  /** Packs derive their own keys from it. */
  readonly pack: Uint8Array
  /** Seals index files, snapshots and the configuration. */
  readonly metadata: Uint8Array
}

export function repositoryKeys(master: Uint8Array): RepositoryKeys {
  const derive = (purpose: string): Uint8Array => deriveKey(master, new Uint8Array(0), `firedrill 1 ${purpose}`)
  return {
    master,
    id: derive('chunk ids'),
    chunker: derive('chunker'),
    pack: derive('packs'),
    metadata: derive('metadata'),
  }
}

/** One way to open the repository: the master key, sealed with a key from a password. */
interface KeyFile {
  readonly kdf: { readonly algorithm: 'scrypt'; readonly cost: number; readonly salt: Uint8Array }
  readonly cipher: CipherName
  readonly principal: string
  readonly created: Instant
  /** Absent: administrator. Authenticated with what is sealed. */
  readonly role?: Role
  readonly sealed: Uint8Array
}

export interface NewKey {
  readonly role?: Role
  readonly password: string
  readonly principal: string
  readonly cost: number
  readonly cipher: CipherName
  readonly created: Instant
}

/** 1 GiB of memory. */
export const COST_AT_MOST = 2 ** 20

function isKeyFile(value: unknown): value is KeyFile {
  if (!isRecord(value) || !isRecord(value['kdf'])) return false
  const { kdf, cipher, sealed } = value
  return (
    kdf['algorithm'] === 'scrypt' &&
    typeof kdf['cost'] === 'number' &&
    isBytes(kdf['salt']) &&
    typeof value['principal'] === 'string' &&
    typeof value['created'] === 'number' &&
    (value['role'] === undefined || value['role'] === 'writer' || value['role'] === 'reader') &&
    isCipherName(cipher) &&
    isBytes(sealed)
  )
}

/** The bytes of a key file. */
export function sealMasterKey(master: Uint8Array, key: NewKey, random: RandomSource): Uint8Array {
  const salt = random.bytes(32)
  const { role = 'administrator' } = key
  const file: KeyFile = {
    kdf: { algorithm: 'scrypt', cost: key.cost, salt },
    cipher: key.cipher,
    principal: key.principal,
    created: key.created,
    ...(role === 'administrator' ? {} : { role }),
    sealed: encrypt(master, context(key.password, key.cipher, key.cost, salt, role)),
  }
  return encodeValue(file)
}

/** What a key file says of itself; only who opens it knows that it is true. @throws RepositoryFormatError */
export function describeKeyFile(file: Uint8Array): { role: Role; principal: string; created: Instant } {
  const { role = 'administrator', principal, created } = decodeValue(file, 'the key file', isKeyFile)
  return { role, principal, created }
}

/**
 * The master key from a key file.
 * @throws RepositoryFormatError when it is not one
 * @throws WrongPasswordError
 */
export function openMasterKey(file: Uint8Array, password: string): { master: Uint8Array; role: Role } {
  const { kdf, cipher, sealed, role = 'administrator' } = decodeValue(file, 'the key file', isKeyFile)
  const { cost, salt } = kdf
  // The file is not protected before it is opened: an absurd cost must not take the memory of the machine.
  if (!isPowerOfTwo(cost) || cost < 2 || cost > COST_AT_MOST) {
    throw new RepositoryFormatError('the key file asks for a derivation that this program does not know')
  }
  try {
    return { master: decrypt(sealed, context(password, cipher, cost, salt, role)), role }
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause
    throw new WrongPasswordError('no key of the repository can be opened with this password', { cause })
  }
}

function context(
  password: string,
  cipher: CipherName,
  cost: number,
  salt: Uint8Array,
  role: Role,
): Parameters<typeof encrypt>[1] {
  // The salt makes the key one that seals this message only, so the nonce may be constant.
  const key = keyFromPassword(password, salt, cost)
  const purpose = role === 'administrator' ? 'firedrill 1 key' : `firedrill 1 key ${role}`
  return { cipher, key, nonce: new Uint8Array(NONCE_BYTES), associatedData: new TextEncoder().encode(purpose) }
}

export function isPowerOfTwo(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number <= 2 ** 30 && (number & (number - 1)) === 0
}
