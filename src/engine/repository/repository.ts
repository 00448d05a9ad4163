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
import type { OpenedConfig, RepositoryCache } from './repository-cache.ts'
import { storeForRole } from './roles.ts'
import type { Role } from './roles.ts'
import { isStoredSnapshot, readSnapshot } from './snapshot.ts'
import type { Snapshot, StoredSnapshot } from './snapshot.ts'

/** A store that lists what it does not have is not asked for ever. */
const LISTINGS_AT_MOST = 5
/** Small blobs that are fetched at once. */
const REQUESTS_AT_ONCE = 8

/** How an operation stores what is new. */
export interface WriterOptions {
  readonly lockUntil?: Instant | undefined
  /** Packs under way at once. */
  readonly uploads?: number | undefined
  /** Calls the operation off. */
  readonly signal?: AbortSignal | undefined
}

/** What names of snapshots begin with. */
const SNAPSHOTS = 'snapshots/'

/** Whether a store has snapshots: anybody sees that who may list it, without a password. */
export async function hasSnapshots(store: Pick<BlobStore, 'list'>): Promise<boolean> {
  const first = await store.list(SNAPSHOTS)[Symbol.asyncIterator]().next()
  return first.done !== true
}

/** A repository that has been opened: what all operations on it share. */
export class Repository {
  readonly id: string
  readonly options: RepositoryOptions
  readonly ports: EnginePorts
  readonly store: BlobStore
  readonly principal: string
  /** What the key is for that opened it; `store` allows no more. */
  readonly role: Role
  readonly keys: RepositoryKeys
  readonly cache: RepositoryCache
  /** Snapshots and index files that could not be read, by name of the blob, and why. */
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

  /** The same repository in another store, or with other things known of it. */
  with({ store = this.store, cache = this.cache }: { store?: BlobStore; cache?: RepositoryCache }): Repository {
    const { id, options, keys, role } = this
    return new Repository(this.ports, store, this.principal, { id, options, keys, role }, cache)
  }

  get index(): ChunkIndex {
    return this.cache.index
  }

  /**
   * All snapshots that exist now and can be read, in ascending order of time. What cannot be read is in `damaged`
   * afterwards, and the user has been told.
   */
  async snapshots(): Promise<Snapshot[]> {
    const names = await this.#names(SNAPSHOTS)
    const present = new Set(names)
    const known = this.cache.snapshots
    for (const name of known.keys()) if (!present.has(name)) known.delete(name)
    const unknown = names.filter((name) => !known.has(name))
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

  /** Brings the index up to what the store says now. Index files that cannot be read are in `damaged` afterwards. */
  async loadIndex(): Promise<void> {
    const { index, indexFiles } = this.cache
    const fresh: IndexFile[] = []
    let present: ReadonlySet<string>
    let gone: readonly string[]
    let attempts = 0
    // A file that goes between the listing and the reading was joined with others into one that the listing lacks.
    do {
      const names = await this.#names('index/')
      present = new Set(names)
      gone = await this.#fetch(
        names.filter((name) => !indexFiles.has(name)),
        isStoredIndexFile,
        (name, stored) => {
          const file = indexFile(stored)
          fresh.push(file)
          const { marks, removed } = file
          indexFiles.set(name, { marks, removed, packs: file.packs.map(({ facts }) => facts.name) })
        },
      )
    } while (gone.length > 0 && ++attempts < LISTINGS_AT_MOST)
    const vanished = [...indexFiles.keys()].filter((name) => !present.has(name))
    const perhapsGone = new Set(vanished.flatMap((name) => indexFiles.get(name)?.packs ?? []))
    for (const name of vanished) indexFiles.delete(name)
    if (fresh.length + vanished.length === 0) return
    // Marks are taken from all files: which of two holds is not a matter of when they were read.
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

  /** Stores an index file and remembers what it says; the index itself has been told by who wrote the packs. */
  async writeIndexFile(file: IndexFile, lockUntil?: Instant): Promise<string> {
    const name = `index/${hexOf(this.ports.random.bytes(32))}`
    await this.#write(name, storedIndexFile(file), lockUntil)
    const { marks, removed } = file
    this.cache.indexFiles.set(name, { marks, removed, packs: file.packs.map(({ facts }) => facts.name) })
    return name
  }

  writer({ lockUntil, uploads, signal }: WriterOptions = {}): PackWriter {
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
      ...(lockUntil === undefined
        ? {}
        : { lockUntil, onStored: (blob: string) => void cache.locks.set(blob, lockUntil) }),
    })
  }

  /** @throws AccessDeniedError to who is no administrator, before anything is begun */
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
   * Fetches and opens blobs of metadata. One that is damaged is noted and left out, for it must not bar the others.
   * @returns names of those that have gone since they were listed
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
    // In the order of names, whatever came first.
    for (const [at, name] of names.entries()) {
      const value = values[at]
      if (value !== undefined) this.#whenSound(name, () => take(name, value))
    }
    return gone
  }

  /** Reads what may be damaged. */
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
