import type { CipherName } from '../cryptography/cryptography.ts'
import type { PasswordHashing } from '../cryptography/password-hashing.ts'
import type { ChunkerParameters } from '../ports.ts'

/** Settings that are fixed when a repository is created. */
export interface RepositoryOptions {
  readonly chunker: ChunkerParameters
  /** Stored size at which a pack is complete. */
  readonly pack_bytes: number
  readonly compression: 'zstd' | 'none'
  /** Compression of trees, index files and snapshots. */
  readonly metadataCompression: 'zstd' | 'none'
  readonly cipher: CipherName
  /** How keys that open the repository are derived from passwords. */
  readonly kdf: PasswordHashing
  /** Opens each segment again after sealing and compares it, before the original is discarded. */
  readonly verifyAfterSeal: boolean
}

/** What must be specified for a new repository; the rest has defaults. */
export type NewRepositoryOptions = Omit<RepositoryOptions, 'metadataCompression' | 'verifyAfterSeal'> &
  Partial<Pick<RepositoryOptions, 'metadataCompression' | 'verifyAfterSeal'>>

/** Who opens a repository. */
export interface Credentials {
  readonly password: string
  /** Named in audit records. */
  readonly principal: string
}
