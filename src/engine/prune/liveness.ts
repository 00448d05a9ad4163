import { RepositoryFormatError } from '../errors.ts'
import type { ChunkIndex, Pack } from '../index/chunk-index.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { LastNeeding } from './last-needing.ts'
import type { Dated } from './last-needing.ts'
import { needsOf } from './needs.ts'
import type { CountedNode, TreeNeeds } from './needs.ts'

/**
 * What all snapshots of a repository need, kept from one prune to the next by counting references: the work of a prune
 * is proportional to the changes since the last one, not to what is stored.
 */
export class Liveness {
  readonly #nodes: Map<string, CountedNode>
  /** Trees of snapshots. */
  #roots: Set<string>
  /** Number of trees and lists that need each index entry. */
  #references: Uint32Array
  /** Number of needed entries in each segment. */
  #neededIn: Uint32Array
  /**
   * Where references to an entry are counted when a reader takes the same chunk from another place: that entry plus 1,
   * or 0.
   */
  #moved: Uint32Array
  /** Number of removals of packs that have been taken into account. */
  #removals: number
  readonly #last: LastNeeding

  constructor(origin?: Liveness) {
    this.#nodes = origin === undefined ? new Map() : copyOf(origin.#nodes)
    this.#roots = new Set(origin === undefined ? [] : origin.#roots)
    this.#references = origin === undefined ? new Uint32Array(1024) : origin.#references.slice()
    this.#neededIn = origin === undefined ? new Uint32Array(1024) : origin.#neededIn.slice()
    this.#moved = origin === undefined ? new Uint32Array(1024) : origin.#moved.slice()
    this.#removals = origin === undefined ? 0 : origin.#removals
    this.#last = new LastNeeding(origin === undefined ? undefined : origin.#last)
  }

  /** The cached needs of a tree or a list. */
  needs(address: string): TreeNeeds | undefined {
    return this.#nodes.get(address)?.needs
  }

  /** The same, with what it reaches. */
  node(address: string): CountedNode | undefined {
    return this.#nodes.get(address)
  }

  isNeeded(entry: number): boolean {
    return this.#references[entry]! > 0
  }

  /** Whether a segment holds a needed chunk. */
  needsSegment(segment: number): boolean {
    return this.#neededIn[segment]! > 0
  }

  /** Whether a pack holds a needed chunk. */
  needsPack({ firstSegment, segments }: Pick<Pack, 'firstSegment' | 'segments'>): boolean {
    for (let segment = firstSegment; segment < firstSegment + segments; segment++)
      if (this.needsSegment(segment)) return true
    return false
  }

  /**
   * For each of these needed entries, the index of the newest snapshot that needs it.
   * @param snapshots those that were counted last, in ascending order of time
   */
  lastNeeding(snapshots: readonly Dated[], entries: readonly number[]): Int32Array {
    return this.#last.places(snapshots, entries)
  }

  /**
   * Counts what these snapshots need, and nothing else.
   * @throws RepositoryFormatError when one needs what is stored nowhere: then nothing must be deleted, and this must
   *   not be used any more
   */
  async follow(repository: ReadableRepository, snapshots: readonly Snapshot[]): Promise<void> {
    const { index } = repository
    this.#grow(index)
    this.#followMoves(index)
    const roots = new Set(snapshots.map(({ tree }) => tree))
    await this.#reach(
      repository,
      [...roots].filter((tree) => !this.#roots.has(tree)),
    )
    this.#last.follow(snapshots, this)
    const before = this.#roots
    this.#roots = roots
    this.#release(
      repository,
      [...before].filter((tree) => !roots.has(tree)),
    )
  }

  #grow({ entries, segments }: ChunkIndex): void {
    if (this.#neededIn.length < segments) this.#neededIn = grown(this.#neededIn, segments)
    if (this.#references.length >= entries) return
    this.#references = grown(this.#references, entries)
    this.#moved = grown(this.#moved, entries)
    this.#last.grow(this.#references.length)
  }

  /** Moves the references to chunks of removed packs to where a reader takes these chunks now. */
  #followMoves(index: ChunkIndex): void {
    const givenUp = [...index.removedAfter(this.#removals), ...index.markedPacks().map(({ pack }) => pack)]
    this.#removals = index.removals
    for (const pack of givenUp) {
      // Most were removed because nothing in them is needed.
      if (!this.needsPack(pack)) continue
      for (const entry of pack.entries) {
        const references = this.#references[entry]!
        if (references === 0) continue
        const now = index.storedAs(entry)
        if (now === entry) continue
        if (now < 0) throw new RepositoryFormatError('a chunk that a snapshot needs is stored nowhere')
        this.#references[entry] = 0
        this.#neededIn[index.segmentOf(entry)]!--
        if (this.#references[now] === 0) this.#neededIn[index.segmentOf(now)]!++
        this.#references[now]! += references
        this.#moved[entry] = now + 1
        this.#moved[now] = 0
        this.#last.move(entry, now)
      }
    }
  }

  /** Counts one reference to each of these trees, and follows what is reached for the first time. */
  async #reach(repository: ReadableRepository, trees: readonly string[]): Promise<void> {
    const { index } = repository
    const nodes = this.#nodes
    const isKnown = (list: string): boolean => nodes.has(list)
    const reached: CountedNode[] = []
    for (let level = this.#unknown(trees); level.length > 0;) {
      const read = await needsOf(repository, [...new Set(level)], isKnown)
      const below: string[] = []
      for (let at = 0; at < level.length; at++) {
        // It may stand in the level twice.
        if (this.#refer(level[at]!) !== undefined) continue
        const node = this.#add(index, level[at]!, read)
        const { trees: inside, lists } = node.needs
        const nodesOfLists: CountedNode[] = []
        for (let number = 0; number < lists.length; number++)
          nodesOfLists.push(this.#refer(lists[number]!) ?? this.#add(index, lists[number]!, read))
        node.below = nodesOfLists
        if (inside.length > 0) reached.push(node)
        for (let number = 0; number < inside.length; number++) below.push(inside[number]!)
      }
      level = this.#unknown(below)
    }
    // The trees within others are known only now.
    for (const node of reached) node.below = nodesBelow(node, nodes)
  }

  /** Counts a reference to each of these trees that is known, and gives the others. */
  #unknown(trees: readonly string[]): string[] {
    const unknown: string[] = []
    for (let at = 0; at < trees.length; at++) if (this.#refer(trees[at]!) === undefined) unknown.push(trees[at]!)
    return unknown
  }

  /** Counts a reference, where something is known at this address, and gives that. */
  #refer(address: string): CountedNode | undefined {
    const known = this.#nodes.get(address)
    if (known !== undefined) known.references++
    return known
  }

  /** What is reached for the first time. */
  #add(index: ChunkIndex, address: string, read: ReadonlyMap<string, TreeNeeds>): CountedNode {
    const needs = read.get(address)
    if (needs === undefined) throw new RepositoryFormatError(`the tree or list ${address.slice(0, 8)} was not read`)
    const node: CountedNode = { address, needs, below: NONE, references: 1, current: 0 }
    this.#nodes.set(address, node)
    const { entries } = needs
    const references = this.#references
    for (let at = 0; at < entries.length; at++) {
      const place = this.placeOf(entries[at]!)
      if (references[place]!++ === 0) this.#neededIn[index.segmentOf(place)]!++
    }
    return node
  }

  #release({ index, cache }: ReadableRepository, trees: readonly string[]): void {
    const references = this.#references
    const left = trees.map((tree) => this.#nodes.get(tree)!)
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (--node.references > 0) continue
      this.#nodes.delete(node.address)
      // No snapshot leads there any more. Keeping it would make every garbage collection examine it.
      cache.trees.drop(node.address)
      const { entries } = node.needs
      for (let at = 0; at < entries.length; at++) {
        const place = this.placeOf(entries[at]!)
        if (--references[place]! === 0) this.#neededIn[index.segmentOf(place)]!--
      }
      const { below } = node
      for (let at = 0; at < below.length; at++) left.push(below[at]!)
    }
  }

  /** The entry at which references to this one are counted. */
  placeOf(entry: number): number {
    const moved = this.#moved
    const first = moved[entry]!
    if (first === 0) return entry
    let place = first - 1
    for (let next = moved[place]!; next !== 0; next = moved[place]!) place = next - 1
    // Shortens the path for the next look-up.
    moved[entry] = place + 1
    return place
  }
}

function grown(column: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.ceil(1.5 * least))
  larger.set(column)
  return larger
}

/** A copy with objects of its own, in which references are counted. */
function copyOf(nodes: ReadonlyMap<string, CountedNode>): Map<string, CountedNode> {
  const copies = new Map<string, CountedNode>()
  for (const [address, node] of nodes) copies.set(address, { ...node })
  for (const copy of copies.values()) copy.below = nodesBelow(copy, copies)
  return copies
}

function nodesBelow({ needs }: CountedNode, nodes: ReadonlyMap<string, CountedNode>): readonly CountedNode[] {
  const { trees, lists } = needs
  if (trees.length + lists.length === 0) return NONE
  const below: CountedNode[] = []
  for (let at = 0; at < trees.length; at++) below.push(nodes.get(trees[at]!)!)
  for (let at = 0; at < lists.length; at++) below.push(nodes.get(lists[at]!)!)
  return below
}

const NONE: readonly CountedNode[] = []
