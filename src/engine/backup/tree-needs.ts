import type { TreeEntry, Tree } from '../trees/tree.ts'
import { addressCount } from '../trees/tree.ts'

/**
 * Collects the index entries that a tree needs while the tree is created: the backup knows them, so that counting the
 * needs of snapshots later does not have to look up each address again.
 */
export class TreeNeedsBuilder {
  readonly #parent: Tree
  /** Entries of the parent's tree: its own, then those of its files, in order. */
  readonly #parentEntries: Uint32Array | undefined
  /** Position in the parent's tree, and in its entries. */
  #next = 0
  #at = 1
  /** The first is that of the tree itself, which is known last. */
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

  /** Reuses an entry of the parent's tree; calls must be in the order of that tree. */
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
