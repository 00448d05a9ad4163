import type { TreeEntry, Tree } from '../trees/tree.ts'
import { addressCount } from '../trees/tree.ts'

/**
 * Which entries of the index a tree needs, put together while the tree is: the backup knows them, and who counts later what
 * snapshots need does not have to look up each address again.
 */
export class TreeNeedsBuilder {
  readonly #parent: Tree
  /** Of the parent's tree: its own entry, then those of its files, in order. */
  readonly #parentEntries: Uint32Array | undefined
  /** How far the parent's tree has been gone through, and its entries. */
  #next = 0
  #at = 1
  /** The first is that of the tree itself, which comes last. */
  #entries: number[] | undefined = [-1]

  /** @param parentEntries where they are known */
  constructor(parent: Tree, parentEntries: Uint32Array | undefined) {
    this.#parent = parent
    this.#parentEntries = parentEntries
  }

  /** A file is new, or was read: the entries [from, to) are those of its chunks, or of their lists. */
  add(entries: ArrayLike<number>, from = 0, to = entries.length): void {
    const own = this.#entries
    if (own !== undefined) for (let at = from; at < to; at++) own.push(entries[at]!)
  }

  /** What stands in the parent's tree is taken over; in the order in which it stands there. */
  reuse(old: TreeEntry): void {
    const parent = this.#parent
    while (parent[this.#next] !== old) this.#at += addressCount(parent[this.#next++]!)
    const count = addressCount(old)
    if (count === 0) return
    if (this.#parentEntries === undefined) this.#entries = undefined
    else this.add(this.#parentEntries, this.#at, this.#at + count)
  }

  /** @returns undefined where not all are known */
  take(entryOfTree: number): Uint32Array | undefined {
    if (this.#entries === undefined) return undefined
    this.#entries[0] = entryOfTree
    return new Uint32Array(this.#entries)
  }
}
