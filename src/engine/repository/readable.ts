import type { ChunkIndex } from '../index/chunk-index.ts'
import type { BlobStore, EnginePorts } from '../ports.ts'
import type { TreeCache } from '../trees/tree-cache.ts'
import type { RepositoryKeys } from './keys.ts'
import type { RepositoryOptions } from './options.ts'

/**
 * What is needed to read packs and the trees in them. A `Repository` provides it; the parts of a repository require no
 * more than this.
 */
export interface ReadableRepository {
  readonly id: string
  readonly options: RepositoryOptions
  readonly ports: EnginePorts
  readonly store: BlobStore
  readonly keys: RepositoryKeys
  readonly index: ChunkIndex
  readonly cache: { readonly trees: TreeCache }
  /** Updates the index to what the store says now. */
  loadIndex(): Promise<void>
}
