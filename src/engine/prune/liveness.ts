import { RepositoryFormatError } from '../errors.ts'
import type { ChunkIndex } from '../index/chunk-index.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { LastNeeding } from './last-needing.ts'
import type { Dated } from './last-needing.ts'
import { needsOf } from './needs.ts'
import type { TreeNeeds } from './needs.ts'

/** A tree or a list of chunks that a snapshot reaches, and how many trees and snapshots name it. */
interface Node {
  readonly needs: TreeNeeds
  references: number
}

/**
 * What all snapshots of a repository need, kept from one prune to the next by counting references: what a prune has to look at
 * follows what has come and gone since the last one, not what is stored.
 */
export class Liveness {
  readonly #nodes: Map<string, Node>
  /** Trees of snapshots. */
  #roots: Set<string>
  /** How many trees and lists need each entry of the index. */
  #references: Uint32Array
  /** Where references to an entry are counted since a reader takes the same chunk from another place: that entry plus 1, or 0. */
  #moved: Uint32Array
  /** Removals of packs that have been heeded. */
  #removals: number
  readonly #last: LastNeeding

  constructor(origin?: Liveness) {
    this.#nodes = new Map()
    for (const [address, { needs, references }] of origin === undefined ? [] : origin.#nodes)
      this.#nodes.set(address, { needs, references })
    this.#roots = new Set(origin === undefined ? [] : origin.#roots)
    this.#references = origin === undefined ? new Uint32Array(1024) : origin.#references.slice()
    this.#moved = origin === undefined ? new Uint32Array(1024) : origin.#moved.slice()
    this.#removals = origin === undefined ? 0 : origin.#removals
    this.#last = new LastNeeding(origin === undefined ? undefined : origin.#last)
  }

  /** What is remembered of a tree or a list. */
  needs(address: string): TreeNeeds | undefined {
    return this.#nodes.get(address)?.needs
  }

  /** How many trees and lists need each entry of the index; entries that came later are not in it. */
  get references(): Uint32Array {
    return this.#references
  }

  isNeeded(entry: number): boolean {
    return this.#references[entry]! > 0
  }

  /**
   * By which snapshot each of these entries was needed last; all of them are needed still: the place of the newest that needs it,
   * among the snapshots.
   * @param snapshots those that were counted last, in ascending order of time
   */
  lastNeeding(snapshots: readonly Dated[], entries: readonly number[]): Int32Array {
    return this.#last.places(snapshots, entries)
  }

  /**
   * Counts what these snapshots need, and nothing else.
   * @throws RepositoryFormatError when one needs what is stored nowhere: then nothing must be deleted, nor this be used again
   */
  async follow(repository: ReadableRepository, snapshots: readonly Snapshot[]): Promise<void> {
    const { index } = repository
    if (this.#references.length < index.entries) this.#grow(index.entries)
    this.#followMoves(index)
    const roots = new Set(snapshots.map(({ tree }) => tree))
    await this.#reach(
      repository,
      [...roots].filter((tree) => !this.#roots.has(tree)),
    )
    this.#last.follow(snapshots, this)
    const before = this.#roots
    this.#roots = roots
    this.#release([...before].filter((tree) => !roots.has(tree)))
  }

  #grow(entries: number): void {
    const grown = (column: Uint32Array): Uint32Array => {
      const larger = new Uint32Array(Math.ceil(1.5 * entries))
      larger.set(column)
      return larger
    }
    this.#references = grown(this.#references)
    this.#moved = grown(this.#moved)
    this.#last.grow(this.#references.length)
  }

  /** References to chunks of packs that were given up belong where a reader takes these chunks now. */
  #followMoves(index: ChunkIndex): void {
    const givenUp = [...index.removedAfter(this.#removals), ...index.markedPacks().map(({ pack }) => pack)]
    this.#removals = index.removals
    for (const { entries } of givenUp) {
      for (const entry of entries) {
        const references = this.#references[entry]!
        if (references === 0) continue
        const now = index.storedAs(entry)
        if (now === entry) continue
        if (now < 0) throw new RepositoryFormatError('a chunk that a snapshot needs is stored nowhere')
        this.#references[entry] = 0
        this.#references[now]! += references
        this.#moved[entry] = now + 1
        this.#moved[now] = 0
        this.#last.move(entry, now)
      }
    }
  }

  /** Counts one reference to each of these trees, and what that reaches for the first time. */
  async #reach(repository: ReadableRepository, trees: readonly string[]): Promise<void> {
    for (let level = trees; level.length > 0;) {
      const unknown = new Set(level.filter((address) => !this.#nodes.has(address)))
      const read = await needsOf(repository, [...unknown], (list) => this.#nodes.has(list))
      const next: string[] = []
      for (const address of level) {
        const found = read.get(address)
        if (this.#refer(address, read) && found !== undefined) {
          next.push(...found.trees)
          for (const list of found.lists) this.#refer(list, read)
        }
      }
      level = next
    }
  }

  /** Counts a reference. True when it is the first. */
  #refer(address: string, read: ReadonlyMap<string, TreeNeeds>): boolean {
    const known = this.#nodes.get(address)
    if (known !== undefined) {
      known.references++
      return false
    }
    const needs = read.get(address)
    if (needs === undefined) throw new RepositoryFormatError(`the tree or list ${address.slice(0, 8)} was not read`)
    this.#nodes.set(address, { needs, references: 1 })
    const { entries } = needs
    for (let at = 0; at < entries.length; at++) this.#references[this.placeOf(entries[at]!)]!++
    return true
  }

  #release(trees: readonly string[]): void {
    const left = [...trees]
    for (let address = left.pop(); address !== undefined; address = left.pop()) {
      const node = this.#nodes.get(address)!
      if (--node.references > 0) continue
      this.#nodes.delete(address)
      const { entries, trees: below, lists } = node.needs
      for (let at = 0; at < entries.length; at++) this.#references[this.placeOf(entries[at]!)]!--
      left.push(...below, ...lists)
    }
  }

  /** The entry at which references to this one are counted. */
  placeOf(entry: number): number {
    const moved = this.#moved
    const first = moved[entry]!
    if (first === 0) return entry
    let place = first - 1
    for (let next = moved[place]!; next !== 0; next = moved[place]!) place = next - 1
    // Nobody has to go that way again.
    moved[entry] = place + 1
    return place
  }
}
