import type { VirtualFileSystem, Workload } from '../adapters/virtual/index.ts'
import type { Instant } from '../engine/ports.ts'
import type { RandomStream } from '../kernel/index.ts'
import { ArraySnapshots } from './array-snapshots.ts'
import type { Damage } from './failures/incident.ts'
import type { DatasetSpecification } from './estate.ts'

/** Data that lives on a node and changes as its application writes. */
export class Dataset {
  readonly specification: DatasetSpecification
  readonly files: VirtualFileSystem
  readonly workload: Workload
  /** What its array keeps of it. */
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

  /** The application does not write: its node is gone, or the service has been stopped. */
  get suspended(): boolean {
    return this.#suspended
  }

  /** Since when it is known which of its blocks were written. */
  get trackedSince(): Instant {
    return this.#trackedSince
  }

  /**
   * Its node goes down without warning. The map of changed blocks, which is in memory, is lost; and what the operating system
   * had not yet written: nothing is, where a dataset does not say how long that may take.
   */
  crash(start: Instant, now_s: number, random: RandomStream): Pick<Damage, 'unsynced'> {
    this.forgetChanges(start + now_s)
    const { writeBack_s } = this.specification
    if (writeBack_s === undefined) return {}
    const since_s = Math.max(0, now_s - writeBack_s)
    const bytes = this.files.crash(start + since_s, start + now_s, random)
    return bytes === 0 ? {} : { unsynced: { since_s, bytes } }
  }

  /** The map of changed blocks is lost: the next backup reads all. */
  forgetChanges(now: Instant): void {
    this.#trackedSince = now
  }

  suspend(): void {
    this.#suspended = true
  }
}
