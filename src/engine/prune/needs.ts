import { bytesOfHex, hexOf } from '../encoding.ts'
import type { ReadableRepository } from '../repository/readable.ts'
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
  repository: ReadableRepository,
  addresses: readonly string[],
  isKnown: (list: string) => boolean,
): Promise<ReadonlyMap<string, TreeNeeds>> {
  if (addresses.length === 0) return new Map()
  const reader = new TreeReader(repository)
  const trees = await reader.trees(addresses)
  const needs = new Map<string, TreeNeeds>()
  // Versions of a directory share the entries that no backup between them has found changed: each is looked up once.
  const ofFiles = new Map<Uint8Array, { readonly entries: readonly number[]; readonly lists: readonly string[] }>()
  const unread = new Map<string, Uint8Array>()
  for (const [at, address] of addresses.entries()) {
    const entries = reader.entriesOf(bytesOfHex(address), 'a tree')
    const lists: string[] = []
    const below: string[] = []
    for (const { chunks, listed, name, tree } of trees[at]!) {
      if (tree !== undefined) below.push(hexOf(tree))
      if (chunks === undefined) continue
      let ofFile = ofFiles.get(chunks)
      if (ofFile === undefined) {
        const parts = listed === true ? addressesIn(chunks) : []
        const names = parts.map(hexOf)
        for (const [part, list] of names.entries()) if (!isKnown(list)) unread.set(list, parts[part]!)
        ofFile = { entries: reader.entriesOf(chunks, name), lists: names }
        ofFiles.set(chunks, ofFile)
      }
      for (const entry of ofFile.entries) entries.push(entry)
      for (const list of ofFile.lists) lists.push(list)
    }
    needs.set(address, { entries: new Uint32Array(entries), trees: below, lists })
  }
  const contents = await reader.lists([...unread.values()])
  for (const [at, address] of [...unread.keys()].entries()) {
    const entries = reader.entriesOfList(address, contents[at]!, 'a file')
    needs.set(address, { entries, trees: NONE, lists: NONE })
  }
  return needs
}
