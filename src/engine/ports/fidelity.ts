import type { ByteRange, Content } from './content.ts'

export interface ChunkerParameters {
  /** Bytes. No chunk is shorter, except the last one of a file. */
  readonly min: number
  /** Bytes; a power of two. */
  readonly avg: number
  /** Bytes. No chunk is longer. */
  readonly max: number
  /** Normalisation level of FastCDC: how many bits the mask gains before `avg` and loses after it. */
  readonly normalisation: number
}

/** Cuts one file at a time into content-defined chunks. */
export interface Cutter {
  /**
   * Ends (exclusive, ascending) of the chunks found at the beginning of `window`. With `final` the window reaches the
   * end of the file and the last end is its length. Without it, the bytes after the last end belong to an incomplete
   * chunk: pass them again at the beginning of the next window. A window of at least `max` bytes always yields a chunk.
   */
  cut(window: Content, final: boolean): readonly number[]
}

/** Joins content piece by piece. */
export interface Joiner {
  readonly length: number
  add(part: Content): void
  /** Returns everything that was added, and starts over. Valid until the next `add`. */
  take(): Content
}

/** Secrets with one purpose each, derived from the repository's master key by HKDF-SHA256. */
export interface SubKeys {
  /** 32 bytes: keys the chunk ids, so that they reveal nothing about the content. */
  readonly id: Uint8Array
  /** 32 bytes: keys the chunker's gear table, so that chunk sizes reveal nothing about the content. */
  readonly chunker: Uint8Array
}

/** What is known of a sealed segment besides its bytes. */
export interface SealContext {
  /** 32 bytes, from HKDF over the pack's salt: the key of this pack only. */
  readonly key: Uint8Array
  /** Number of the segment within its pack: the nonce. */
  readonly segment: number
  /** Authenticated with the segment, so that it cannot be moved or reused elsewhere. */
  readonly associatedData: Uint8Array
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly compression: 'zstd' | 'none'
  /** Level of zstd, 1 to 22; only sealing depends on it. Default: `COMPRESSION_LEVEL`. */
  readonly level?: number
}

/** The context in which a message is encrypted. */
export interface AeadContext {
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  /** 32 bytes. Never with the same nonce for two messages. */
  readonly key: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
  readonly associatedData: Uint8Array
}

/** Seals snapshots and index files, and derives the keys of packs: by cryptography, or a model of it. */
export interface Sealing {
  /** 32 bytes: the key of the pack with this header only. */
  packKey(secret: Uint8Array, header: Uint8Array): Uint8Array
  /** Ciphertext and tag. */
  encrypt(plain: Uint8Array, context: AeadContext): Uint8Array
  /** @throws AuthenticationError when these are not the bytes that were encrypted in this context. */
  decrypt(sealed: Uint8Array, context: AeadContext): Uint8Array
}

/**
 * The operations in which bytes and extents differ. `engine/bytes/bytes-fidelity.ts` implements them for real bytes
 * with the real chunker, hash and codec; `adapters/virtual/content/extents-fidelity.ts` for described content.
 * Everything above (packs, index, trees, snapshots, retention, restore) is the same code for both. A repository has one
 * fidelity: never mix them.
 */
export interface Fidelity {
  readonly name: 'bytes' | 'extents'
  slice(content: Content, start: number, end: number): Content
  concat(parts: readonly Content[]): Content
  /** Creates a joiner; what is added to it may be overwritten afterwards. */
  joiner(): Joiner
  /** Equal as byte sequences. */
  equal(a: Content, b: Content): boolean
  /** Releases the memory of content from `open` that is no longer needed. */
  discard?(content: Content): void
  /** True when every byte is zero; may be false for zeros that would have to be read twice. */
  isZero(content: Content): boolean
  cutter(parameters: ChunkerParameters, keys: SubKeys): Cutter
  /** Writes the keyed id (32 bytes) of the content into `into` at `at`. Equal content has equal ids. */
  identify(content: Content, keys: SubKeys, into: Uint8Array, at: number): void
  /** Compresses where that saves at least a sixteenth, then encrypts and authenticates. The result is what is stored. */
  seal(plain: Content, context: SealContext): Content
  /** @throws AuthenticationError when the bytes are not those that were sealed with this context. */
  open(sealed: Content, plainLength: number, context: SealContext): Content
  /** For trees, lists of chunks and directories of packs, which are held bytes whatever the content is. */
  readonly metadata: Fidelity
  readonly sealing: Sealing
  /** The same operations on other threads, where any are free. */
  readonly threads?: SealingThreads
}

/** The input of seal and open is copied before these return, so its memory may be reused at once. */
export interface SealingThreads {
  /** Number of segments to keep under way, so that no thread waits. */
  readonly limit: number
  /** Starts the threads early, when much work is expected. Otherwise they start when needed. */
  begin?(): void
  /**
   * Computes the ids of chunks, concatenated 32 bytes each; undefined where it is faster to compute them here. The
   * input must stay unchanged until the ids are there.
   * @param ends where each chunk ends and the next begins
   */
  identify(content: Content, ends: readonly number[], keys: SubKeys): Promise<Uint8Array> | undefined
  seal(plain: Content, context: SealContext): Promise<Content>
  /**
   * Opens a segment and computes the ids of chunks in it, concatenated 32 bytes each.
   * @param chunks where they are in the segment
   * @param wanted whether the content is needed, or only the ids
   * @throws AuthenticationError
   */
  open(
    sealed: Content,
    plainLength: number,
    context: SealContext,
    keys: SubKeys,
    chunks: readonly ByteRange[],
    wanted: boolean,
  ): Promise<{ plain?: Content; ids: Uint8Array }>
}
