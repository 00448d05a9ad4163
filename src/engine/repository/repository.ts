import { eachBlob } from '../stores/each-blob.ts'
import { heldBytes } from '../bytes/held-bytes.ts'
import { forEachConcurrently } from '../concurrency.ts'
import { hexOf } from '../encoding/encoding.ts'
import {
  AccessDeniedError,
  AuthenticationError,
  BlobNotFoundError,
  EngineError,
  RepositoryFormatError,
} from '../errors.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import { applyIndexFiles, indexFile, isStoredIndexFile, storedIndexFile } from '../index/index-file.ts'
import type { IndexFile } from '../index/index-file.ts'
import { PackWriter } from '../packs/pack-writer.ts'
import type { AuditRecord, BlobStore, Content, EnginePorts, Instant } from '../ports.ts'
import type { RepositoryKeys } from './keys.ts'
import { openMetadata, sealMetadata } from './metadata-blob.ts'
import type { MetadataSeal } from './metadata-blob.ts'
import type { RepositoryOptions } from './options.ts'
import { withoutDirectories } from './repository-cache.ts'
import type { OpenedConfig, RepositoryCache } from './repository-cache.ts'
import { storeForRole } from './roles.ts'
import type { Role } from './roles.ts'
import { isStoredSnapshot, readSnapshot } from './snapshot.ts'
import type { Snapshot, StoredSnapshot } from './snapshot.ts'

/** Bounds the retries with a store that keeps listing blobs that it does not have. */
const LISTINGS_AT_MOST = 5
/** Small blobs that are fetched at once. */
const REQUESTS_AT_ONCE = 8

/** How an operation stores what is new. */
export interface WriterOptions {
  readonly lockUntil?: Instant | undefined
  /** Packs being stored at once. */
  readonly uploads?: number | undefined
  /** Cancels the operation. */
  readonly signal?: AbortSignal | undefined
  /** Level of zstd for file content, 1 to 22; 0 stores it uncompressed. */
  readonly compressionLevel?: number | undefined
}

/** Prefix of the names of snapshots. */
const SNAPSHOTS = 'snapshots/'

/** Whether a store has snapshots. Anybody who may list it can see that, without a password. */
export async function hasSnapshots(store: Pick<BlobStore, 'list'>): Promise<boolean> {
  const first = await store.list(SNAPSHOTS)[Symbol.asyncIterator]().next()
  return first.done !== true
}

/** An open repository: what all operations on it share. */
export class Repository {
  readonly id: string
  readonly options: RepositoryOptions
  readonly ports: EnginePorts
  readonly store: BlobStore
  readonly principal: string
  /** Role of the key that opened it; `store` allows no more than that. */
  readonly role: Role
  readonly keys: RepositoryKeys
  readonly cache: RepositoryCache
  /** Snapshots and index files that could not be read, by name of the blob, with the reason. */
  readonly damaged = new Map<string, string>()
  readonly #seal: MetadataSeal

  constructor(ports: EnginePorts, store: BlobStore, principal: string, opened: OpenedConfig, cache: RepositoryCache) {
    this.id = opened.id
    this.options = opened.options
    this.keys = opened.keys
    this.ports = ports
    this.role = opened.role
    this.store = storeForRole(store, opened.role)
    this.principal = principal
    this.cache = cache
    const { cipher, metadataCompression } = opened.options
    const { sealing } = ports.fidelity
    this.#seal = { sealing, key: opened.keys.metadata, cipher, compression: metadataCompression, repository: opened.id }
  }

  /** The same repository in another store, or with another cache. */
  with({ store = this.store, cache = this.cache }: { store?: BlobStore; cache?: RepositoryCache }): Repository {
    const { id, options, keys, role } = this
    return new Repository(this.ports, store, this.principal, { id, options, keys, role }, cache)
  }

  get index(): ChunkIndex {
    return this.cache.index
  }

  /**
   * All snapshots that exist now and can be read, in ascending order of time. Those that cannot are in `damaged`
   * afterwards, and a warning has been given.
   */
  async snapshots(): Promise<Snapshot[]> {
    const names = await this.#names(SNAPSHOTS)
    const known = this.cache.snapshots
    const unknown = names.filter((name) => !known.has(name))
    // Most often none has gone since the last listing.
    if (known.size + unknown.length > names.length) {
      const present = new Set(names)
      for (const name of known.keys()) if (!present.has(name)) known.delete(name)
    }
    await this.#fetch(unknown, isStoredSnapshot, (name, stored) => {
      known.set(name, readSnapshot(name.slice(name.indexOf('/') + 1), stored))
    })
    return [...known.values()].sort((a, b) => a.time - b.time || a.completed - b.completed || (a.id < b.id ? -1 : 1))
  }

  /** @throws EngineError when there is no such snapshot, RepositoryFormatError when it is damaged */
  async snapshot(id: string): Promise<Snapshot> {
    const found = (await this.snapshots()).find((snapshot) => snapshot.id === id)
    if (found === undefined) {
      const damage = this.damaged.get(`snapshots/${id}`)
      if (damage !== undefined) throw new RepositoryFormatError(`snapshot ${id} cannot be read: ${damage}`)
      throw new EngineError(`there is no snapshot ${id} in ${this.store.name}`)
    }
    return found
  }

  /** Updates the index to what the store says now. Index files that cannot be read are in `damaged` afterwards. */
  async loadIndex(): Promise<void> {
    const { index, indexFiles } = this.cache
    const fresh: IndexFile[] = []
    let present: ReadonlySet<string>
    let gone: readonly string[]
    let attempts = 0
    // A file that disappears between listing and reading has been merged into one that the listing lacks.
    do {
      const names = await this.#names('index/')
      present = new Set(names)
      gone = await this.#fetch(
        names.filter((name) => !indexFiles.has(name)),
        isStoredIndexFile,
        (name, stored) => {
          const file = indexFile(stored)
          fresh.push(file)
          indexFiles.set(name, withoutDirectories(file))
        },
      )
    } while (gone.length > 0 && ++attempts < LISTINGS_AT_MOST)
    const vanished = [...indexFiles.keys()].filter((name) => !present.has(name))
    const perhapsGone = new Set(vanished.flatMap((name) => indexFiles.get(name)?.packs ?? []))
    for (const name of vanished) indexFiles.delete(name)
    if (fresh.length + vanished.length === 0) return
    // Marks are taken from all files: which mark holds does not depend on the order of reading.
    const read = [...indexFiles.values()].map(({ marks, removed }): IndexFile => ({ packs: [], marks, removed }))
    applyIndexFiles(index, [...fresh, ...read])
    if (perhapsGone.size === 0) return
    for (const { packs } of indexFiles.values()) for (const pack of packs) perhapsGone.delete(pack)
    for (const pack of perhapsGone) index.remove(pack)
  }

  async writeSnapshot(stored: StoredSnapshot, lockUntil?: Instant): Promise<Snapshot> {
    const id = hexOf(this.ports.random.bytes(32))
    await this.#write(`snapshots/${id}`, stored, lockUntil)
    const snapshot = { id, ...stored }
    this.cache.snapshots.set(`snapshots/${id}`, snapshot)
    return snapshot
  }

  /** Stores an index file and caches it; the writer of the packs has updated the index itself. */
  async writeIndexFile(file: IndexFile, lockUntil?: Instant): Promise<string> {
    const name = `index/${hexOf(this.ports.random.bytes(32))}`
    await this.#write(name, storedIndexFile(file), lockUntil)
    this.cache.indexFiles.set(name, withoutDirectories(file))
    return name
  }

  writer({ lockUntil, uploads, signal, compressionLevel }: WriterOptions = {}): PackWriter {
    const { ports, store, keys, options, index, cache } = this
    return new PackWriter({
      ports,
      store,
      keys,
      options,
      index,
      writeIndexFile: async (file) => void (await this.writeIndexFile(file, lockUntil)),
      ...(uploads === undefined ? {} : { uploads }),
      ...(signal === undefined ? {} : { signal }),
      ...(compressionLevel === undefined ? {} : { compressionLevel }),
      ...(lockUntil === undefined
        ? {}
        : { lockUntil, onStored: (blob: string) => void cache.locks.set(blob, lockUntil) }),
    })
  }

  /** @throws AccessDeniedError for anyone but an administrator, before anything has begun */
  requireAdministrator(doing: string): void {
    if (this.role === 'administrator') return
    throw new AccessDeniedError(`cannot ${doing} in ${this.store.name}: this key is for a ${this.role}`)
  }

  /** Runs an operation and records who did what, and how it ended. */
  async audited<T>(
    operation: string,
    work: () => Promise<T>,
    detail: (result: T) => AuditRecord['detail'],
  ): Promise<T> {
    const record = (outcome: AuditRecord['outcome'], said: AuditRecord['detail']): void => {
      const { ports, principal, store } = this
      ports.log.audit({ time: ports.clock.now(), operation, principal, repository: store.name, outcome, detail: said })
    }
    try {
      const result = await work()
      record('ok', detail(result))
      return result
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      record(error instanceof Error && error.name === 'AccessDeniedError' ? 'refused' : 'failed', { reason })
      throw error
    }
  }

  async #names(prefix: string): Promise<string[]> {
    const names: string[] = []
    await eachBlob(this.store, prefix, ({ name }) => void names.push(name))
    for (const name of this.damaged.keys())
      if (name.startsWith(prefix) && !names.includes(name)) this.damaged.delete(name)
    return names
  }

  /**
   * Fetches and opens blobs of metadata. A damaged one is recorded and left out, so that it does not block the others.
   * @returns names of those that have disappeared since they were listed
   */
  async #fetch<T>(
    names: readonly string[],
    isExpected: (value: unknown) => value is T,
    take: (name: string, value: T) => void,
  ): Promise<readonly string[]> {
    const values: Array<T | undefined> = names.map(() => undefined)
    const gone: string[] = []
    await forEachConcurrently(names, REQUESTS_AT_ONCE, async (name, at) => {
      let sealed: Content
      try {
        sealed = await this.store.get(name)
      } catch (error) {
        if (!(error instanceof BlobNotFoundError)) throw error
        gone.push(name)
        return
      }
      this.#whenSound(name, () => {
        values[at] = openMetadata(name, heldBytes(sealed), this.#seal, isExpected)
      })
    })
    // In the order of names, whichever arrived first.
    for (const [at, name] of names.entries()) {
      const value = values[at]
      if (value !== undefined) this.#whenSound(name, () => take(name, value))
    }
    return gone
  }

  /** Reads something that may be damaged. */
  #whenSound(name: string, read: () => void): void {
    try {
      read()
      this.damaged.delete(name)
    } catch (error) {
      const isDamage =
        error instanceof AuthenticationError ||
        error instanceof RepositoryFormatError ||
        // Content that is not bytes: the store itself says that it is damaged.
        error instanceof TypeError ||
        error instanceof RangeError
      if (!isDamage) throw error
      if (!this.damaged.has(name)) {
        this.ports.log.warn(`${name} in ${this.store.name} cannot be read and is left out: ${error.message}`)
      }
      this.damaged.set(name, error.message)
    }
  }

  async #write(name: string, value: unknown, lockUntil?: Instant): Promise<void> {
    const sealed = sealMetadata(name, value, this.#seal, this.ports.random)
    await this.store.put(name, [sealed], lockUntil === undefined ? {} : { lockUntil })
    if (lockUntil !== undefined) this.cache.locks.set(name, lockUntil)
  }
}
