import type { Snapshot } from '../repository/snapshot.ts'
import type { CountedNode } from './needs.ts'

/** What is known of snapshots here. */
export type Dated = Pick<Snapshot, 'id' | 'host' | 'dataset' | 'time' | 'tree'>

/** What all snapshots need: trees and lists by address, and the entry at which references to an entry are counted. */
export interface Counted {
  node(address: string): CountedNode | undefined
  placeOf(entry: number): number
}

/** Flag of a snapshot's number; values without it are counts of trees and lists. */
const LEFT = 0x80_00_00_00

/**
 * Tells which snapshot was the last to need an index entry. Counts what the newest snapshot of each dataset needs; an
 * entry that the next one no longer needs was left by its predecessor. So the work is proportional to the changes
 * between snapshots.
 */
export class LastNeeding {
  /** The newest counted snapshot of each dataset. */
  readonly #current: Map<string, Dated>
  /**
   * By entry: the number of trees and lists reached from these that need it; or LEFT and the number of the snapshot
   * that left it; or 0.
   */
  #last: Uint32Array
  /** Snapshots that have left something, by number: their line, and when. */
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

  /** Makes room for this many entries. */
  grow(entries: number): void {
    const larger = new Uint32Array(entries)
    larger.set(this.#last)
    this.#last = larger
  }

  /** From now on references to an entry are counted at another one. */
  move(from: number, to: number): void {
    const last = this.#last
    const [moved, there] = [last[from]!, last[to]!]
    last[from] = 0
    if (moved < LEFT && there < LEFT) last[to] = moved + there
    else last[to] = moved < LEFT && moved > 0 ? moved : there < LEFT && there > 0 ? there : Math.max(moved, there)
  }

  /** @param snapshots all existing ones, in ascending order of time, all of which have been counted */
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
   * For each of these entries, the index of the newest snapshot that needs it. For an entry that was unneeded in
   * between: the newest before it was left for the last time.
   * @param snapshots those that were followed last
   * @param entries needed entries
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

  /** The number that marks an entry as left by this snapshot. */
  #numberOf(leaver: Dated): number {
    return LEFT + this.#leavers.push({ line: lineOf(leaver), time: leaver.time }) - 1
  }

  /** A snapshot that became known only after a newer one leaves what no other has needed. */
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

/** Snapshots of the same dataset form a line. */
function lineOf({ host, dataset }: Dated): string {
  return JSON.stringify([host, dataset])
}
