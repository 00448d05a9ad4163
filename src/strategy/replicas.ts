import type { VirtualFileSystem } from '../adapters/virtual/index.ts'

/** The state of a dataset at an instant. It is immutable: later writes create another one. */
export type TreeState = VirtualFileSystem['root']

/** A state that a replica can be brought to. */
export interface ReplicaPoint {
  /** Instant of the consistent cut, seconds since start. */
  readonly cut_s: number
  readonly tree: TreeState
  /** Bytes sent to get from the state before to this one. */
  readonly shipped_bytes: number
}

/** A replica as its job describes it: where it is, and how far its journal goes back. */
export interface Kept {
  /** Name of the job that maintains it. */
  readonly name: string
  readonly dataset: string
  /** A node. */
  readonly to: string
  /** 0 for the newest state only. */
  readonly journal_s: number
  /** Capacity of the journal. Default: unlimited. */
  readonly journal_bytes?: number
}

/** From this instant on, a replica can go back to its states from the oldest to the newest. Seconds since start. */
export interface ReplicaReach {
  readonly since_s: number
  readonly oldest_s: number
  readonly newest_s: number
}

/** A dataset's copy on another node: its newest state, and the earlier ones that a journal can still restore. */
export class Replica {
  readonly kept: Kept
  /** One entry for each state that arrived during these operations; those of an origin are not included. */
  readonly reaches: ReplicaReach[] = []
  /** Oldest first. */
  #points: ReplicaPoint[]
  /** Size of the journal, which leads from the oldest state to the newest. */
  #journal_bytes: number

  constructor(kept: Kept, origin?: Replica) {
    this.kept = kept
    this.#points = origin === undefined ? [] : [...origin.#points]
    this.#journal_bytes = origin === undefined ? 0 : origin.#journal_bytes
  }

  get newest(): ReplicaPoint | undefined {
    return this.#points.at(-1)
  }

  /** The newest state up to an instant. */
  newestUpTo(time_s: number): ReplicaPoint | undefined {
    return this.#points.findLast(({ cut_s }) => cut_s <= time_s)
  }

  /** Brings the replica to a later state, which arrives now. Corruption and deletion arrive like any other write. */
  advance(point: ReplicaPoint, now_s: number): void {
    this.#points.push(point)
    if (this.#points.length > 1) this.#journal_bytes += point.shipped_bytes
    const { journal_s, journal_bytes = Infinity } = this.kept
    const oldest_s = point.cut_s - journal_s
    // The state at which the journal's window opens is still needed: the last one at or before that time.
    let first = Math.max(
      0,
      this.#points.findLastIndex(({ cut_s }) => cut_s <= oldest_s),
    )
    let left_bytes = this.#journal_bytes
    for (let dropped = 1; dropped <= first; dropped += 1) left_bytes -= this.#points[dropped]!.shipped_bytes
    while (left_bytes > journal_bytes && first < this.#points.length - 1) {
      first += 1
      left_bytes -= this.#points[first]!.shipped_bytes
    }
    this.#journal_bytes = left_bytes
    if (first > 0) this.#points = this.#points.slice(first)
    this.reaches.push({ since_s: now_s, oldest_s: this.#points[0]!.cut_s, newest_s: point.cut_s })
  }
}

/** The replicas of one strategy. */
export class Replicas {
  readonly #replicas = new Map<string, Replica>()

  constructor(origin?: Replicas) {
    for (const [job, replica] of origin === undefined ? [] : origin.#replicas) {
      this.#replicas.set(job, new Replica(replica.kept, replica))
    }
  }

  /** The replica that a job maintains, created empty on first use. */
  of(kept: Kept): Replica {
    let replica = this.#replicas.get(kept.name)
    if (replica === undefined) this.#replicas.set(kept.name, (replica = new Replica(kept)))
    return replica
  }
}
