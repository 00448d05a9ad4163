import type { Tree } from './tree.ts'

/** Entries of trees that are kept. */
const ENTRIES_AT_MOST = 400_000

/** Trees by address, the ones read last. */
export class TreeCache {
  readonly #trees: Map<string, Tree>
  #entries: number

  constructor(origin?: TreeCache) {
    this.#trees = new Map(origin === undefined ? [] : origin.#trees)
    this.#entries = origin === undefined ? 0 : origin.#entries
  }

  get(address: string): Tree | undefined {
    return this.#trees.get(address)
  }

  add(address: string, tree: Tree): void {
    if (this.#trees.has(address)) return
    this.#trees.set(address, tree)
    this.#entries += tree.length + 1
    for (const [oldest, old] of this.#trees) {
      if (this.#entries <= ENTRIES_AT_MOST || oldest === address) break
      this.#trees.delete(oldest)
      this.#entries -= old.length + 1
    }
  }
}
