import { ChunkIndex } from '../index/chunk-index.ts'
import type { IndexFile } from '../index/index-file.ts'
import type { Instant, Memory } from '../ports.ts'
import { Liveness } from '../prune/liveness.ts'
import type { TreeNeeds } from '../prune/needs.ts'
import { TreeCache } from '../trees/tree-cache.ts'
import type { RepositoryKeys } from './keys.ts'
import type { RepositoryOptions } from './options.ts'
import type { Role } from './roles.ts'
import type { Snapshot } from './snapshot.ts'

/** What is kept of an index file that has been read. */
export type ReadIndexFile = Omit<IndexFile, 'packs'> & { readonly packs: readonly string[] }

export function withoutDirectories({ packs, ...rest }: IndexFile): ReadIndexFile {
  return { ...rest, packs: packs.map(({ facts }) => facts.name) }
}

/** The contents of config and key files after opening. */
export interface OpenedConfig {
  readonly id: string
  readonly options: RepositoryOptions
  readonly keys: RepositoryKeys
  /** Role of the key that opened it. */
  readonly role: Role
}

/**
 * What a client keeps of a repository between operations: its configuration, index, snapshots and some trees. All of it
 * can be read again from the store, so it may be lost. Serves one repository, and one writing operation at a time.
 */
export class RepositoryCache {
  config: { readonly password: string; readonly opened: OpenedConfig } | undefined
  readonly index: ChunkIndex
  readonly indexFiles: Map<string, ReadIndexFile>
  readonly snapshots: Map<string, Snapshot>
  readonly trees: TreeCache
  #liveness: Liveness | undefined
  /** Another cache may share it. */
  #livenessIsShared: boolean
  /** The index entries that trees need, by address, as the last walk from each snapshot found them. */
  needs: ReadonlyMap<string, TreeNeeds>
  /** Known lower bounds of the ends of locks, by name of the blob: locks are never shortened. */
  readonly locks: Map<string, Instant>
  #writing: Promise<unknown> = Promise.resolve()

  /** @param memory where the index is placed; a copy uses the origin's */
  constructor(origin?: RepositoryCache, memory?: Memory) {
    this.config = origin?.config
    this.index = new ChunkIndex(origin?.index, memory)
    this.indexFiles = new Map(origin?.indexFiles ?? [])
    this.snapshots = new Map(origin?.snapshots ?? [])
    this.trees = new TreeCache(origin?.trees)
    this.needs = origin?.needs ?? new Map()
    this.locks = new Map(origin?.locks ?? [])
    this.#liveness = origin?.liveness
    this.#livenessIsShared = origin !== undefined
    if (origin !== undefined) origin.#livenessIsShared = true
  }

  /** What the snapshots need, as the last prune found it. */
  get liveness(): Liveness | undefined {
    return this.#liveness
  }

  /** Removes and returns it, to be changed and then kept again. */
  takeLiveness(): Liveness | undefined {
    const taken = this.#liveness
    this.#liveness = undefined
    return taken !== undefined && this.#livenessIsShared ? new Liveness(taken) : taken
  }

  keepLiveness(liveness: Liveness): void {
    this.#liveness = liveness
    this.#livenessIsShared = false
  }

  /** An independent copy, which shares large parts until one of the two changes them. */
  fork(): RepositoryCache {
    return new RepositoryCache(this)
  }

  /**
   * Runs work that changes the index exclusively: one operation must not refer to chunks that another adds and then
   * withdraws.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#writing
    const mine = before.then(work, work)
    this.#writing = mine.catch(() => {})
    return mine
  }
}
