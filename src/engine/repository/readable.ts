import type { ChunkIndex } from '../index/chunk-index.ts'
import type { BlobStore, EnginePorts } from '../ports.ts'
import type { TreeCache } from '../trees/tree-cache.ts'
import type { RepositoryKeys } from './keys.ts'
import type { RepositoryOptions } from './options.ts'

/** What it takes to read packs, and the trees in them. A `Repository` has it; what a repository is made of asks for no more. */
export interface ReadableRepository {
  readonly id: string
  readonly options: RepositoryOptions
  readonly ports: EnginePorts
  readonly store: BlobStore
  readonly keys: RepositoryKeys
  readonly index: ChunkIndex
  readonly cache: { readonly trees: TreeCache }
  /** Brings the index up to what the store says now. */
  loadIndex(): Promise<void>
}
