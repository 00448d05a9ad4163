import type { TreeState } from '../../replicas.ts'
import type { Part } from './restored-dataset.ts'
import { bytesBelow } from './parts-of-tree.ts'

/** Splits a tree's top-level entries into those to restore now and those for later; without `only`: all of them. */
export function divided(
  tree: TreeState,
  part: Part | undefined,
): { readonly only?: readonly string[]; readonly left: readonly string[] } {
  if (part === undefined) return { left: [] }
  if ('paths' in part) return { only: part.paths, left: [] }
  const names = [...tree.names()].sort()
  if ('instant' in part) return { only: [], left: names }
  let bytes = 0
  let first = 0
  for (; first < names.length && bytes < part.share * tree.bytes; first += 1) bytes += bytesBelow(tree, [names[first]!])
  return first === names.length ? { left: [] } : { only: names.slice(0, first), left: names.slice(first) }
}
