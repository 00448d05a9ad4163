import type { Snapshot } from '../repository/snapshot.ts'
import type { CountedNode } from './needs.ts'

/** What is known of snapshots here. */
export type Dated = Pick<Snapshot, 'id' | 'host' | 'dataset' | 'time' | 'tree'>

/** What all snapshots need: trees and lists by address, and the entry at which references to an entry are counted. */
export interface Counted {
  node(address: string): CountedNode | undefined
  placeOf(entry: number): number
}

/** Marks the number of a snapshot, where others are counts of trees and lists. */
const LEFT = 0x80_00_00_00

/**
 * Which snapshot was the last to need an entry of the index. Counted is what the newest snapshot of each dataset needs; what the
 * next one does not need any more was left by its predecessor. So the work follows the changes from one snapshot to the next.
 */
export class LastNeeding {
  /** The newest snapshot of each dataset that was counted. */
  readonly #current: Map<string, Dated>
  /** By entry: how many of the trees and lists that these reach need it; or LEFT and the number of the snapshot that left it; or 0. */
  #last: Uint32Array
  /** Snapshots that have left something, by number: of which line, and when. */
  readonly #leavers: Array<{ readonly line: string; readonly time: number }>
  /** Ids of the snapshots that were counted last. */
  #seen: ReadonlySet<string>

  constructor(origin?: LastNeeding) {
    if (origin === undefined) {
      this.#current = new Map()
      this.#last = new Uint32Array(1024)
      this.#leavers = []
      this.#seen = new Set()
      return
    }
    this.#current = new Map(origin.#current)
    this.#last = origin.#last.slice()
    this.#leavers = [...origin.#leavers]
    this.#seen = origin.#seen
  }

  /** Makes room for so many entries. */
  grow(entries: number): void {
    const larger = new Uint32Array(entries)
    larger.set(this.#last)
    this.#last = larger
  }

  /** References to an entry are counted at another from now on. */
  move(from: number, to: number): void {
    const last = this.#last
    const [moved, there] = [last[from]!, last[to]!]
    last[from] = 0
    if (moved < LEFT && there < LEFT) last[to] = moved + there
    else last[to] = moved < LEFT && moved > 0 ? moved : there < LEFT && there > 0 ? there : Math.max(moved, there)
  }

  /** @param snapshots all there are, in ascending order of time, all of which have been counted */
  follow(snapshots: readonly Dated[], counted: Counted): void {
    for (const snapshot of snapshots) {
      if (this.#seen.has(snapshot.id)) continue
      const current = this.#current.get(lineOf(snapshot))
      if (current === undefined || snapshot.time >= current.time) this.#succeed(snapshot, counted)
      else this.#leaveUnknown(snapshot, counted)
    }
    this.#seen = new Set(snapshots.map(({ id }) => id))
    for (const [line, current] of this.#current) {
      if (this.#seen.has(current.id)) continue
      const newest = snapshots.findLast((snapshot) => lineOf(snapshot) === line)
      if (newest === undefined) {
        this.#leave(current, counted)
        this.#current.delete(line)
      } else this.#succeed(newest, counted)
    }
  }

  /**
   * The place among the snapshots of the newest that needs each of these entries; of what has been away in between, of the newest
   * before it went for the last time.
   * @param snapshots those that were followed last
   * @param entries   that are needed
   */
  places(snapshots: readonly Dated[], entries: readonly number[]): Int32Array {
    const lines = snapshots.map(lineOf)
    const ofLeavers = this.#leavers.map(({ line, time }) =>
      snapshots.findLastIndex((snapshot, at) => snapshot.time <= time && lines[at] === line),
    )
    const places = new Int32Array(entries.length)
    for (const [at, entry] of entries.entries()) {
      const last = this.#last[entry]!
      places[at] = last >= LEFT ? Math.max(0, ofLeavers[last - LEFT]!) : snapshots.length - 1
    }
    return places
  }

  #succeed(snapshot: Dated, counted: Counted): void {
    const line = lineOf(snapshot)
    const before = this.#current.get(line)
    this.#reach(snapshot.tree, counted)
    if (before !== undefined) this.#leave(before, counted)
    this.#current.set(line, snapshot)
  }

  #reach(tree: string, counted: Counted): void {
    const last = this.#last
    const found = [counted.node(tree)!]
    for (let node = found.pop(); node !== undefined; node = found.pop()) {
      if (node.current++ > 0) continue
      const { entries } = node.needs
      for (let at = 0; at < entries.length; at++) {
        const place = counted.placeOf(entries[at]!)
        const before = last[place]!
        last[place] = before >= LEFT ? 1 : before + 1
      }
      push(found, node.below)
    }
  }

  #leave(snapshot: Dated, counted: Counted): void {
    const last = this.#last
    const left = this.#numberOf(snapshot)
    const found = [counted.node(snapshot.tree)!]
    for (let node = found.pop(); node !== undefined; node = found.pop()) {
      if (--node.current > 0) continue
      const { entries } = node.needs
      for (let at = 0; at < entries.length; at++) {
        const place = counted.placeOf(entries[at]!)
        const before = last[place]!
        last[place] = before === 1 ? left : before - 1
      }
      push(found, node.below)
    }
  }

  /** What marks an entry that it has left. */
  #numberOf(leaver: Dated): number {
    return LEFT + this.#leavers.push({ line: lineOf(leaver), time: leaver.time }) - 1
  }

  /** One that became known when it was not the newest any more leaves what no other has needed. */
  #leaveUnknown(snapshot: Dated, counted: Counted): void {
    const left = this.#numberOf(snapshot)
    const walked = new Set<CountedNode>()
    const found = [counted.node(snapshot.tree)!]
    for (let node = found.pop(); node !== undefined; node = found.pop()) {
      if (walked.has(node) || node.current > 0) continue
      walked.add(node)
      const { entries } = node.needs
      for (let at = 0; at < entries.length; at++) {
        const place = counted.placeOf(entries[at]!)
        if (this.#last[place] === 0) this.#last[place] = left
      }
      push(found, node.below)
    }
  }
}

/** An iterator for each node would be as much as the rest of a walk. */
function push(nodes: CountedNode[], more: readonly CountedNode[]): void {
  for (let at = 0; at < more.length; at++) nodes.push(more[at]!)
}

/** Snapshots of the same dataset follow each other. */
function lineOf({ host, dataset }: Dated): string {
  return JSON.stringify([host, dataset])
}
