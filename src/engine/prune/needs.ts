import { bytesOfHex, hexOf } from '../encoding.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, addressesIn } from '../trees/tree-reader.ts'

/** What a tree needs: entries of the index for itself and for what its entries hold; and the trees and lists below it. */
export interface TreeNeeds {
  readonly entries: Uint32Array
  readonly trees: readonly string[]
  /** Lists of chunks of long files. A change to a file leaves most of them as they were, so each is remembered by itself. */
  readonly lists: readonly string[]
}

const NONE: readonly string[] = []

/** What these trees need, and the lists in them that are not known. */
export async function needsOf(
  repository: Repository,
  addresses: readonly string[],
  isKnown: (list: string) => boolean,
): Promise<ReadonlyMap<string, TreeNeeds>> {
  if (addresses.length === 0) return new Map()
  const reader = new TreeReader(repository)
  const trees = await reader.trees(addresses)
  const needs = new Map<string, TreeNeeds>()
  const unread = new Map<string, Uint8Array>()
  for (const [at, address] of addresses.entries()) {
    const entries = reader.entriesOf(bytesOfHex(address), 'a tree')
    const lists: string[] = []
    for (const { chunks, listed, name } of trees[at]!) {
      if (chunks === undefined) continue
      entries.push(...reader.entriesOf(chunks, name))
      if (listed !== true) continue
      for (const list of addressesIn(chunks)) {
        const hex = hexOf(list)
        lists.push(hex)
        if (!isKnown(hex)) unread.set(hex, list)
      }
    }
    const below = trees[at]!.flatMap((entry) => (entry.tree === undefined ? [] : [hexOf(entry.tree)]))
    needs.set(address, { entries: new Uint32Array(entries), trees: below, lists })
  }
  const contents = await reader.lists([...unread.values()])
  for (const [at, address] of [...unread.keys()].entries()) {
    const entries = reader.entriesOfList(address, contents[at]!, 'a file')
    needs.set(address, { entries, trees: NONE, lists: NONE })
  }
  return needs
}
