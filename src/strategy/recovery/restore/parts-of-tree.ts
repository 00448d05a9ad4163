import type { DirectoryNode, VirtualFileSystem } from '../../../adapters/virtual/index.ts'
import type { Instant } from '../../../engine/ports.ts'

/** Bytes of these files, and below these directories, as far as they exist. */
export function bytesBelow(tree: DirectoryNode, paths: readonly string[]): number {
  let bytes = 0
  for (const path of paths) {
    const node = tree.lookup(path)
    if (node?.kind === 'directory') bytes += node.bytes
    else if (node?.kind === 'file') bytes += node.size
  }
  return bytes
}

/** Makes these paths equal to another state of the files; paths that it lacks are removed. */
export function adoptFrom(tree: DirectoryNode, files: VirtualFileSystem, paths: readonly string[], now: Instant): void {
  for (const path of paths) {
    const node = tree.lookup(path)
    if (node !== undefined) files.adopt(path, node, now)
    else if (files.lookup(path) !== undefined) files.remove(path, now)
  }
}
