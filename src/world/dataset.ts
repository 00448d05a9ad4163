import type { VirtualFileSystem, Workload } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'
import type { RandomStream } from '../kernel/index.ts'
import { ArraySnapshots } from './array-snapshots.ts'
import type { Damage } from './failures/incident.ts'
import type { DatasetSpecification } from './estate.ts'

/** Data on a node that its application changes over time. */
export class Dataset {
  readonly specification: DatasetSpecification
  readonly files: VirtualFileSystem
  readonly workload: Workload
  /** The snapshots that the node's array keeps of it. */
  readonly snapshots: ArraySnapshots
  #suspended: boolean
  #trackedSince: Instant

  constructor(specification: DatasetSpecification, files: VirtualFileSystem, workload: Workload, origin?: Dataset) {
    this.specification = specification
    this.files = files
    this.workload = workload
    this.snapshots = new ArraySnapshots(origin?.snapshots)
    this.#suspended = origin?.suspended ?? false
    this.#trackedSince = origin?.trackedSince ?? -Infinity
  }

  get name(): string {
    return this.specification.name
  }

  /** True while the application does not write, because its node is gone or the service has been stopped. */
  get suspended(): boolean {
    return this.#suspended
  }

  /** The instant since which changed blocks have been tracked. */
  get trackedSince(): Instant {
    return this.#trackedSince
  }

  /**
   * The node goes down without warning. The map of changed blocks, which is kept in memory, is lost, and so are writes
   * that the operating system had not flushed yet; a dataset without a write-back delay has none of those.
   */
  crash(start: Instant, now_s: number, random: RandomStream): Pick<Damage, 'unsynced'> {
    this.forgetChanges(start + now_s)
    const { writeBack_s } = this.specification
    if (writeBack_s === undefined) return {}
    const since_s = Math.max(0, now_s - writeBack_s)
    const bytes = this.files.crash(start + since_s, start + now_s, random)
    return bytes === 0 ? {} : { unsynced: { since_s, bytes } }
  }

  /** Loses the map of changed blocks, so that the next backup reads everything. */
  forgetChanges(now: Instant): void {
    this.#trackedSince = now
  }

  suspend(): void {
    this.#suspended = true
  }
}
