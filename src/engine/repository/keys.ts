import {
  NONCE_BYTES,
  decrypt,
  deriveKey,
  encrypt,
  isCipherName,
  keyFromPassword,
} from '../cryptography/cryptography.ts'
import type { CipherName } from '../cryptography/cryptography.ts'
import { decodeValue, encodeValue, isBytes, isRecord } from '../encoding/encoding.ts'
import { AuthenticationError, RepositoryFormatError, WrongPasswordError } from '../errors.ts'
import { isPasswordHashing } from '../cryptography/password-hashing.ts'
import type { PasswordHashing } from '../cryptography/password-hashing.ts'
import type { Instant, RandomSource, SubKeys } from '../ports.ts'
import type { Role } from './roles.ts'

/** The secrets of a repository, all derived from its master key. */
export interface RepositoryKeys extends SubKeys {
  /** 32 bytes; whoever has it can read and write everything. */
  readonly master: Uint8Array
  /** The keys of packs are derived from it. */
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
  readonly kdf: PasswordHashing & { readonly salt: Uint8Array }
  readonly cipher: CipherName
  readonly principal: string
  readonly created: Instant
  /** Absent: administrator. Authenticated with what is sealed. */
  readonly role?: Role
  readonly sealed: Uint8Array
}

const SALT_BYTES = 32

export interface NewKey {
  readonly role?: Role
  readonly password: string
  readonly principal: string
  readonly kdf: PasswordHashing
  readonly cipher: CipherName
  readonly created: Instant
}

function isKeyFile(value: unknown): value is KeyFile {
  if (!isRecord(value) || !isRecord(value['kdf'])) return false
  const { kdf, cipher, sealed } = value
  return (
    isBytes(kdf['salt']) &&
    kdf['salt'].length === SALT_BYTES &&
    typeof value['principal'] === 'string' &&
    typeof value['created'] === 'number' &&
    (value['role'] === undefined || value['role'] === 'writer' || value['role'] === 'reader') &&
    isCipherName(cipher) &&
    isBytes(sealed)
  )
}

/** The bytes of a key file. */
export function sealMasterKey(master: Uint8Array, key: NewKey, random: RandomSource): Uint8Array {
  const salt = random.bytes(SALT_BYTES)
  const { role = 'administrator' } = key
  const file: KeyFile = {
    kdf: { ...key.kdf, salt },
    cipher: key.cipher,
    principal: key.principal,
    created: key.created,
    ...(role === 'administrator' ? {} : { role }),
    sealed: encrypt(master, context(key.password, key.cipher, key.kdf, salt, role)),
  }
  return encodeValue(file)
}

/** What a key file claims; only opening it proves that it is true. @throws RepositoryFormatError */
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
  if (!isPasswordHashing({ ...kdf })) {
    throw new RepositoryFormatError('the key file asks for a derivation that this program does not know')
  }
  try {
    return { master: decrypt(sealed, context(password, cipher, kdf, kdf.salt, role)), role }
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause
    throw new WrongPasswordError('no key of the repository can be opened with this password', { cause })
  }
}

function context(
  password: string,
  cipher: CipherName,
  kdf: PasswordHashing,
  salt: Uint8Array,
  role: Role,
): Parameters<typeof encrypt>[1] {
  // The salt makes this a key for one message only, so the nonce may be constant.
  const key = keyFromPassword(password, salt, kdf)
  const purpose = role === 'administrator' ? 'firedrill 1 key' : `firedrill 1 key ${role}`
  return { cipher, key, nonce: new Uint8Array(NONCE_BYTES), associatedData: new TextEncoder().encode(purpose) }
}
