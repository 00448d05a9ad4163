import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { nameText } from '../encoding/name-text.ts'
import { EngineError } from '../errors.ts'
import type { NameBytes } from '../ports.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import type { TreeReader } from './tree-reader.ts'
import type { TreeEntry } from './tree.ts'

/** The entry at a path of a snapshot; '' is the snapshot itself, a directory. @throws EngineError when there is none */
export async function entryAt(reader: TreeReader, snapshot: Snapshot, path: NameBytes): Promise<TreeEntry> {
  const { root, tree, files, source_bytes } = snapshot
  let found: TreeEntry = {
    name: '',
    kind: 'directory',
    metadata: root,
    size: source_bytes,
    files,
    tree: bytesOfHex(tree),
  }
  for (const name of path === '' ? [] : path.split('/')) {
    const below = found.tree === undefined ? [] : await reader.tree(hexOf(found.tree))
    const next = below.find((entry) => entry.name === name)
    if (next === undefined) throw new EngineError(`there is no ${nameText(path)} in the snapshot`)
    found = next
  }
  return found
}
