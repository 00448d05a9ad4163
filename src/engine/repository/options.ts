import type { CipherName } from '../cryptography/cryptography.ts'
import type { PasswordHashing } from '../cryptography/password-hashing.ts'
import type { ChunkerParameters } from '../ports.ts'

/** What is fixed when a repository is made. */
export interface RepositoryOptions {
  readonly chunker: ChunkerParameters
  /** Stored bytes from which on a pack is complete. */
  readonly pack_bytes: number
  readonly compression: 'zstd' | 'none'
  /** Of trees, index files and snapshots. */
  readonly metadataCompression: 'zstd' | 'none'
  readonly cipher: CipherName
  /** How keys that open the repository are made from passwords. */
  readonly kdf: PasswordHashing
  /** Open each segment again after sealing it, and compare, before what it was made from is forgotten. */
  readonly verifyAfterSeal: boolean
}

/** What whoever makes a repository has to say; the rest has defaults. */
export type NewRepositoryOptions = Omit<RepositoryOptions, 'metadataCompression' | 'verifyAfterSeal'> &
  Partial<Pick<RepositoryOptions, 'metadataCompression' | 'verifyAfterSeal'>>

/** Who opens a repository. */
export interface Credentials {
  readonly password: string
  /** Named in audit records. */
  readonly principal: string
}
