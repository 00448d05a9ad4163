import type { Snapshot } from '../engine/index.ts'

/** One recovery point at one place. Times are seconds since start. */
export interface RecoveryPoint {
  readonly dataset: string
  readonly store: string
  readonly snapshot: string
  /** The instant whose data it holds. */
  readonly cut_s: number
  /** When it became durable there. */
  readonly since_s: number
  /** When it was forgotten; Infinity while it is there. */
  until_s: number
}

/** Records which recovery points the jobs of a strategy created and forgot, where, and when. */
export class RecoveryPoints {
  readonly all: RecoveryPoint[] = []
  /** Called with each point that is added. */
  onAdd: ((point: RecoveryPoint, snapshot: Snapshot) => void) | undefined
  readonly #present = new Map<string, RecoveryPoint>()

  constructor(origin?: RecoveryPoints) {
    if (origin === undefined) return
    for (const point of origin.all) {
      const own = { ...point }
      this.all.push(own)
      if (own.until_s === Infinity) this.#present.set(own.snapshot, own)
    }
  }

  add(
    place: { readonly dataset: string; readonly store: string },
    snapshot: Snapshot,
    cut_s: number,
    now_s: number,
  ): void {
    const point = { ...place, snapshot: snapshot.id, cut_s, since_s: now_s, until_s: Infinity }
    this.all.push(point)
    this.#present.set(snapshot.id, point)
    this.onAdd?.(point, snapshot)
  }

  /** Ids of snapshots differ between places: a copy is a snapshot of its own. */
  forget(snapshot: string, now_s: number): void {
    const point = this.#present.get(snapshot)
    if (point === undefined) return
    point.until_s = now_s
    this.#present.delete(snapshot)
  }
}
