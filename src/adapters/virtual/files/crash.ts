import type { Content } from '../../../engine/ports.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import { ZERO_STREAM } from '../content/extent-stream.ts'
import { FileNode } from './file-tree.ts'
import type { DirectoryNode } from './file-tree.ts'
import { freshContent } from '../content/fresh-content.ts'
import { HeldBytes, heldContent, heldEqual, readContent } from './held-file.ts'
import type { FileContent } from './held-file.ts'
import { concatContents } from '../content/parts.ts'

/** A block of the file system is written completely or not at all. */
export const BLOCK_BYTES = 4096
/** Limits the pieces in which a file is torn; larger files are torn in larger pieces. */
const TORN_PIECES_MAX = 1024

/** A file that a crash has left with other content than its application gave it. */
export interface TornFile {
  readonly path: string
  readonly file: FileNode
}

/**
 * The files that a crash leaves torn, when directories are as in `entries` (a journal keeps their order) and only
 * `synced` is known to be on the disk. Each block written since has its old or its new state, whatever the order of the
 * writes; where there was none before, it may be zeros. This is how ext4 and XFS behave for data that have been written
 * and not yet synced.
 */
export function tornFiles(synced: DirectoryNode, entries: DirectoryNode, random: RandomStream): TornFile[] {
  const torn: TornFile[] = []
  // A file has one state under all its names.
  const linked = new Map<string, FileNode>()
  compare('', synced, entries, (path, before, now) => {
    const known = now.link === undefined ? undefined : linked.get(now.link)
    const file = known ?? now.with(tear(before?.content, now.content, random), now.metadata)
    if (now.link !== undefined) linked.set(now.link, file)
    if (file.content !== now.content) torn.push({ path, file })
  })
  return torn
}

/** Calls `visit` for each file of `now` that differs from `before`. */
function compare(
  below: string,
  before: DirectoryNode | undefined,
  now: DirectoryNode,
  changed: (path: string, before: FileNode | undefined, now: FileNode) => void,
): void {
  if (before === now) return
  const nodes = now.nodes()
  for (const [at, name] of now.names().entries()) {
    const node = nodes[at]!
    const old = before?.get(name)
    if (node === old) continue
    if (node.kind === 'directory') {
      compare(`${below}${name}/`, old?.kind === 'directory' ? old : undefined, node, changed)
    } else if (node.kind === 'file') changed(below + name, old instanceof FileNode ? old : undefined, node)
  }
}

/** Combines two states of a file, piece by piece one or the other. The length is that of the new one: it is in the journal. */
function tear(before: FileContent | undefined, now: FileContent, random: RandomStream): FileContent {
  if (before === now || now.length === 0) return now
  let piece_bytes = BLOCK_BYTES
  while (piece_bytes * TORN_PIECES_MAX < now.length) piece_bytes *= 2
  const fidelity = now instanceof HeldBytes ? 'bytes' : 'extents'
  const parts: Content[] = []
  for (let start = 0; start < now.length; start += piece_bytes) {
    const end = Math.min(now.length, start + piece_bytes)
    if (random.chance(0.5)) {
      parts.push(readContent(now, start, end))
      continue
    }
    const known = before === undefined ? start : Math.min(end, Math.max(start, before.length))
    if (known > start) parts.push(readContent(before!, start, known))
    if (end > known) parts.push(freshContent(fidelity, ZERO_STREAM, 0, end - known))
  }
  const torn = heldContent(concatContents(parts))
  return heldEqual(torn, now) ? now : torn
}
