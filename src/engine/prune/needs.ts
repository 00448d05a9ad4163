import { hexOf } from '../encoding/encoding.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import { TreeReader, addressesIn } from '../trees/tree-reader.ts'

/** What a tree needs: index entries for itself and for the contents of its entries, and the trees and lists below it. */
export interface TreeNeeds {
  readonly entries: Uint32Array
  readonly trees: readonly string[]
  /** Lists of chunks of long files. A change of a file leaves most of them unchanged, so each is cached separately. */
  readonly lists: readonly string[]
}

/** A tree or a list of chunks that a snapshot reaches. */
export interface CountedNode {
  readonly address: string
  readonly needs: TreeNeeds
  /** The trees and lists that it names. */
  below: readonly CountedNode[]
  /** Number of trees and snapshots that name it. */
  references: number
  /** The same, counting only what the newest snapshot of a dataset reaches, and these snapshots. */
  current: number
}

const NONE: readonly string[] = []

/** What these trees need, and the lists in them that are not known. */
export async function needsOf(
  repository: ReadableRepository,
  addresses: readonly string[],
  isKnown: (list: string) => boolean,
): Promise<ReadonlyMap<string, TreeNeeds>> {
  if (addresses.length === 0) return new Map()
  const reader = new TreeReader(repository)
  const trees = await reader.trees(addresses)
  const needs = new Map<string, TreeNeeds>()
  const ofFiles = new Map<Uint8Array, readonly string[]>()
  const unread = new Map<string, Uint8Array>()
  for (let at = 0; at < addresses.length; at++) {
    const address = addresses[at]!
    const tree = trees[at]!
    const lists: string[] = []
    const below: string[] = []
    for (let number = 0; number < tree.length; number++) {
      const { chunks, listed, tree: subtree } = tree[number]!
      if (subtree !== undefined) below.push(hexOf(subtree))
      if (chunks === undefined || listed !== true) continue
      // Versions of a directory share the entries that were unchanged between them.
      let names = ofFiles.get(chunks)
      if (names === undefined) {
        names = namesOfLists(chunks, isKnown, unread)
        ofFiles.set(chunks, names)
      }
      for (let list = 0; list < names.length; list++) lists.push(names[list]!)
    }
    needs.set(address, { entries: reader.entriesOfTree(address, tree), trees: below, lists })
  }
  for (const list of unread.keys()) {
    const entries = reader.knownEntriesOfList(list)
    if (entries === undefined) continue
    needs.set(list, { entries, trees: NONE, lists: NONE })
    unread.delete(list)
  }
  if (unread.size === 0) return needs
  const contents = await reader.lists([...unread.values()])
  let next = 0
  for (const list of unread.keys()) {
    const entries = reader.entriesOfList(list, contents[next++]!, 'a file')
    needs.set(list, { entries, trees: NONE, lists: NONE })
  }
  return needs
}

/** The lists that a file names; those that are not known are to be read. */
function namesOfLists(
  chunks: Uint8Array,
  isKnown: (list: string) => boolean,
  unread: Map<string, Uint8Array>,
): readonly string[] {
  const names: string[] = []
  for (const part of addressesIn(chunks)) {
    const list = hexOf(part)
    if (!isKnown(list)) unread.set(list, part)
    names.push(list)
  }
  return names
}
