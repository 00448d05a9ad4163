import type { VirtualFileSystem } from '../adapters/virtual/index.ts'

/** The state of a dataset at an instant. It does not change: later writes make another. */
export type TreeState = VirtualFileSystem['root']

/** A state that a replica can be brought to. */
export interface ReplicaPoint {
  /** Instant of the consistent cut, seconds since start. */
  readonly cut_s: number
  readonly tree: TreeState
}

/** A dataset's copy on another node: its newest state, and the earlier ones that a journal still leads back to. */
export class Replica {
  readonly dataset: string
  readonly node: string
  /** How far the journal leads back. */
  readonly journal_s: number
  /** Oldest first. */
  #points: ReplicaPoint[]

  /** @param journal_s how far the journal leads back; 0 for the newest state only */
  constructor(dataset: string, node: string, journal_s: number, origin?: Replica) {
    this.dataset = dataset
    this.node = node
    this.journal_s = journal_s
    this.#points = origin === undefined ? [] : [...origin.#points]
  }

  get newest(): ReplicaPoint | undefined {
    return this.#points.at(-1)
  }

  /** The newest state that is not after an instant. */
  newestUpTo(time_s: number): ReplicaPoint | undefined {
    return this.#points.findLast(({ cut_s }) => cut_s <= time_s)
  }

  /** Brings the replica to a later state. Corruption and deletion arrive like any other write. */
  advance(point: ReplicaPoint): void {
    this.#points.push(point)
    const oldest_s = point.cut_s - this.journal_s
    // The state in which the journal's window opens is still needed: the first one at or before it.
    const first = this.#points.findLastIndex(({ cut_s }) => cut_s <= oldest_s)
    if (first > 0) this.#points = this.#points.slice(first)
  }
}

/** The replicas of one strategy. */
export class Replicas {
  readonly #replicas = new Map<string, Replica>()

  constructor(origin?: Replicas) {
    for (const [job, replica] of origin === undefined ? [] : origin.#replicas) {
      this.#replicas.set(job, new Replica(replica.dataset, replica.node, replica.journal_s, replica))
    }
  }

  /** The replica that a job keeps; made, and empty, when first asked for. */
  of(job: {
    readonly name: string
    readonly dataset: string
    readonly to: string
    readonly journal_s: number
  }): Replica {
    let replica = this.#replicas.get(job.name)
    if (replica === undefined) {
      replica = new Replica(job.dataset, job.to, job.journal_s)
      this.#replicas.set(job.name, replica)
    }
    return replica
  }

  /** All replicas of a dataset, in the order of their jobs' first runs. */
  ofDataset(dataset: string): Replica[] {
    return [...this.#replicas.values()].filter((replica) => replica.dataset === dataset)
  }
}
