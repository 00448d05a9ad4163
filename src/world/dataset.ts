import type { VirtualFileSystem, Workload } from '../adapters/virtual/index.ts'
import { ArraySnapshots } from './array-snapshots.ts'
import type { DatasetSpecification } from './specification.ts'

/** Data that lives on a node and changes as its application writes. */
export class Dataset {
  readonly specification: DatasetSpecification
  readonly files: VirtualFileSystem
  readonly workload: Workload
  /** What its array keeps of it. */
  readonly snapshots: ArraySnapshots
  #suspended: boolean

  constructor(specification: DatasetSpecification, files: VirtualFileSystem, workload: Workload, origin?: Dataset) {
    this.specification = specification
    this.files = files
    this.workload = workload
    this.snapshots = new ArraySnapshots(origin?.snapshots)
    this.#suspended = origin?.suspended ?? false
  }

  get name(): string {
    return this.specification.name
  }

  /** The application does not write: its node is gone, or the service has been stopped. */
  get suspended(): boolean {
    return this.#suspended
  }

  suspend(): void {
    this.#suspended = true
  }
}
