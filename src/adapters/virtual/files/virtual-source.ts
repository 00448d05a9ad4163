import { FileSystemError } from '../../../engine/errors.ts'
import type { Clock, Content, FileSystem, Instant, SourceEntry, SourceTree } from '../../../engine/ports.ts'
import type { Resource, Simulation, Use } from '../../../kernel/index.ts'
import { changedRanges } from './changed-ranges.ts'
import { DirectoryNode, FileNode, SymlinkNode } from './file-tree.ts'
import type { SpecialNode, TreeNode } from './file-tree.ts'
import { passed } from '../flow-errors.ts'
import { readContent } from './held-file.ts'
import type { VirtualFileSystem } from './virtual-file-system.ts'

/** How a virtual filesystem is reached in simulated time. */
export interface DiskAccess {
  readonly simulation: Simulation
  readonly clock: Clock
  /** Bytes a second. */
  readonly disk: Resource
  /** What lies under it: of the image of a virtual machine the array that holds it, and the way there. */
  readonly under?: readonly Resource[]
  /** Fails when the work is called off. */
  readonly session?: Resource
  readonly purpose: string
}

export interface SourceAccess extends DiskAccess {
  /** Directory entries a second that a walk can examine. */
  readonly scan_entriesPerSecond: number
  /**
   * Blocks of which whoever holds the disk (a hypervisor, a database) knows whether they were written since an earlier
   * backup, bytes. Without it changed files are read whole.
   */
  readonly changeTracking_bytes?: number
  /**
   * Files of the tree stand for groups of real ones (dataset.ts). A backup looks at each of these, and reads whole those that
   * have changed: of a group that is the parts in which something was written, each of the mean size of its files.
   */
  readonly groups?: boolean
  /** The map of what was written reaches back to here only: of what was backed up before, all is read. Default: it always does. */
  readonly trackedSince?: Instant
  /** Told of bytes that were read, of a read that broke off too. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** A state that the array has kept, instead of the present one. */
  readonly state?: { readonly time: Instant; readonly root: VirtualFileSystem['root'] }
}

/**
 * The engine's port to the files, for reading. A snapshot is an instant copy-on-write view. Reading takes the disk; the
 * walk takes the time of looking at every real entry of the tree, all at once when the root is listed: without a change
 * journal a backup program cannot know which directories it may leave out.
 */
export function virtualSource(files: VirtualFileSystem, access: SourceAccess): FileSystem {
  return {
    snapshot: async () => new VirtualTree(files, access),
  }
}

class VirtualTree implements SourceTree {
  readonly time: Instant
  readonly root: SourceEntry
  readonly #access: SourceAccess
  readonly #over: readonly Use[]
  readonly changedBlocks?: NonNullable<SourceTree['changedBlocks']>
  #walked = false

  constructor(files: VirtualFileSystem, access: SourceAccess) {
    this.time = access.state?.time ?? access.clock.now()
    this.root = sourceEntry('', access.state?.root ?? files.root)
    this.#access = access
    this.#over = usesOf(access)
    const { changeTracking_bytes, trackedSince = -Infinity, groups = false } = access
    let state: { readonly time: Instant; readonly root: DirectoryNode | undefined } | undefined
    if (changeTracking_bytes !== undefined || groups)
      this.changedBlocks = async ({ handle }, { time, path, version }) => {
        const isTracked = changeTracking_bytes !== undefined && time >= trackedSince
        const block_bytes = isTracked ? changeTracking_bytes : fileSizeIn(handle)
        if (block_bytes === undefined) return undefined
        // Of one backup all files are compared with the same state.
        if (state?.time !== time) state = { time, root: files.at(time) }
        const before = state.root?.lookup(path)
        if (!(before instanceof FileNode) || !(handle instanceof FileNode) || before.version !== version)
          return undefined
        return changedRanges(before.content, handle.content, block_bytes)
      }
  }

  async list(directory: SourceEntry): Promise<readonly SourceEntry[]> {
    const node = directoryOf(directory)
    if (!this.#walked) {
      this.#walked = true
      const { simulation, scan_entriesPerSecond, purpose } = this.#access
      const root = directoryOf(this.root)
      const latency_s = root.entries / scan_entriesPerSecond
      await passed(simulation.flows.transfer({ amount: 0, over: this.#over, latency_s, purpose }), diskFailed)
    }
    const names = node.names()
    const nodes = node.nodes()
    const entries: SourceEntry[] = []
    for (let at = 0; at < nodes.length; at++) entries.push(sourceEntry(names[at]!, nodes[at]!))
    return entries
  }

  async read(file: SourceEntry, offset: number, length: number): Promise<Content> {
    const node = file.handle
    if (!(node instanceof FileNode)) throw new TypeError(`${file.name} is not a file of this filesystem`)
    const { content } = node
    const start = Math.min(offset, content.length)
    const end = Math.min(offset + length, content.length)
    const { simulation, purpose, onRead } = this.#access
    const flow = simulation.flows.transfer({ amount: end - start, over: this.#over, purpose })
    try {
      await passed(flow, diskFailed)
    } finally {
      onRead?.(end - start - flow.remaining())
    }
    return readContent(content, start, end)
  }

  async release(): Promise<void> {}
}

/** Mean size of the real files of a group, bytes; undefined for a file that stands for itself. */
function fileSizeIn(handle: unknown): number | undefined {
  return handle instanceof FileNode && handle.stands > 1 ? Math.max(1, handle.size / handle.stands) : undefined
}

/** @internal */
export function usesOf({ disk, session, under = [] }: DiskAccess): Use[] {
  return [...(session === undefined ? [] : [session]), disk, ...under].map((resource) => ({ resource }))
}

/** @internal */
export function diskFailed(message: string, cause: unknown): FileSystemError {
  return new FileSystemError(message, { cause })
}

function directoryOf({ name, handle }: SourceEntry): DirectoryNode {
  if (!(handle instanceof DirectoryNode)) throw new TypeError(`${name} is not a directory of this filesystem`)
  return handle
}

function sourceEntry(name: string, node: TreeNode): SourceEntry {
  if (!(node instanceof FileNode || node instanceof DirectoryNode)) return otherEntry(name, node)
  // A file may have several names.
  if (node.listed?.name === name) return node.listed
  const { kind, metadata, version } = node
  let entry: SourceEntry = { name, kind, metadata, version, handle: node }
  if (node instanceof FileNode) {
    entry = { name, kind, metadata, version, handle: node, size: node.size }
    if (node.link !== undefined) entry = { ...entry, hardLink: node.link }
  }
  node.listed = entry
  return entry
}

function otherEntry(name: string, node: SymlinkNode | SpecialNode): SourceEntry {
  const { kind, metadata, version } = node
  const entry: SourceEntry = { name, kind, metadata, version, handle: node }
  if (node instanceof SymlinkNode) return { ...entry, symlinkTarget: node.target }
  return node.device === undefined ? entry : { ...entry, device: node.device }
}
