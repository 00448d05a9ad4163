import type { ByteRange, Content } from './content.ts'

export interface ChunkerParameters {
  /** Bytes. A chunk is never shorter, but for the last of a file. */
  readonly min: number
  /** Bytes; a power of two. */
  readonly avg: number
  /** Bytes. A chunk is never longer. */
  readonly max: number
  /** Normalisation level of FastCDC: how many bits the mask gains before `avg` and loses after it. */
  readonly normalisation: number
}

/** Cuts one file at a time into content-defined chunks. */
export interface Cutter {
  /**
   * Ends (exclusive, ascending) of the chunks found at the beginning of `window`.
   * With `final` the window reaches the end of the file and the last end is its length. Without it, the bytes after the
   * last end belong to a chunk that is not complete: give them again at the beginning of the next window. A window of at
   * least `max` bytes always yields a chunk.
   */
  cut(window: Content, final: boolean): readonly number[]
}

/** Puts content together, piece by piece. */
export interface Joiner {
  readonly length: number
  add(part: Content): void
  /** All that was added, and begins anew. Valid until the next `add`. */
  take(): Content
}

/** A secret with a role of its own; derived from the repository's master key by HKDF-SHA256. */
export interface SubKeys {
  /** 32 bytes: keys the chunk ids, so that they tell nothing about the content. */
  readonly id: Uint8Array
  /** 32 bytes: keys the chunker's gear table, so that chunk sizes tell nothing about the content. */
  readonly chunker: Uint8Array
}

/** What is known of a sealed segment besides its bytes. */
export interface SealContext {
  /** 32 bytes, from HKDF over the pack's salt: the key of this pack and no other. */
  readonly key: Uint8Array
  /** Number of the segment within its pack: the nonce. */
  readonly segment: number
  /** Authenticated with the segment, so that it cannot be moved or reused elsewhere. */
  readonly associatedData: Uint8Array
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly compression: 'zstd' | 'none'
}

/** In which a message is encrypted. */
export interface AeadContext {
  readonly cipher: 'aes-256-gcm' | 'chacha20-poly1305'
  /** 32 bytes. Never with the same nonce for two messages. */
  readonly key: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
  readonly associatedData: Uint8Array
}

/** What seals snapshots and index files, and gives packs their keys: cryptography, or what stands for it. */
export interface Sealing {
  /** 32 bytes: the key of the pack with this header, and of no other. */
  packKey(secret: Uint8Array, header: Uint8Array): Uint8Array
  /** Ciphertext and tag. */
  encrypt(plain: Uint8Array, context: AeadContext): Uint8Array
  /** @throws AuthenticationError when these are not the bytes that were encrypted in this context. */
  decrypt(sealed: Uint8Array, context: AeadContext): Uint8Array
}

/**
 * The only operations in which bytes and extents differ. `engine/bytes/bytes-fidelity.ts` does them on real bytes with the real chunker,
 * hash and codec; `adapters/virtual/content/extents.ts` does them on described content. Everything above (packs, index, trees,
 * snapshots, retention, restore) is one code for both. One fidelity a repository: never mix.
 */
export interface Fidelity {
  readonly name: 'bytes' | 'extents'
  slice(content: Content, start: number, end: number): Content
  concat(parts: readonly Content[]): Content
  /** A place where content is put together; what is given to it may be overwritten afterwards. */
  joiner(): Joiner
  /** Equal as byte sequences. */
  equal(a: Content, b: Content): boolean
  /** Gives the memory of content back that came from `open` and that nobody will look at again. */
  discard?(content: Content): void
  /** True when every byte is zero; may say false for zeros it would have to read twice. */
  isZero(content: Content): boolean
  cutter(parameters: ChunkerParameters, keys: SubKeys): Cutter
  /** Writes the keyed id (32 bytes) of the content into `into` at `at`. Equal content, equal id. */
  identify(content: Content, keys: SubKeys, into: Uint8Array, at: number): void
  /** Compresses when that saves at least a sixteenth, then encrypts and authenticates. The result is what is stored. */
  seal(plain: Content, context: SealContext): Content
  /** @throws AuthenticationError when the bytes are not those that were sealed with this context. */
  open(sealed: Content, plainLength: number, context: SealContext): Content
  /** For trees, lists of chunks and directories of packs, which are held bytes whatever the content is. */
  readonly metadata: Fidelity
  readonly sealing: Sealing
  /** The same on other threads, where there are any to spare. */
  readonly threads?: SealingThreads
}

/** What is given to seal or open is copied before these return: its memory may be used again at once. */
export interface SealingThreads {
  /** Segments to keep under way, so that no thread waits. */
  readonly limit: number
  /** Starts them, for who knows that there will be much to do. Otherwise they start when there is. */
  begin?(): void
  /**
   * Takes the ids of chunks, 32 bytes each, one behind the other: undefined where it takes less time to take them here. What is given
   * must stay as it is until they are there.
   * @param ends where each chunk ends, and the next begins
   */
  identify(content: Content, ends: readonly number[], keys: SubKeys): Promise<Uint8Array> | undefined
  seal(plain: Content, context: SealContext): Promise<Content>
  /**
   * Opens a segment and takes the ids of chunks in it, 32 bytes each, one behind the other.
   * @param chunks where they lie in the segment
   * @param wanted whether the content is, or only the ids are
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
