import { FileSystemError } from '../../../engine/errors.ts'
import type { Clock, Content, FileSystem, Instant, SourceEntry, SourceTree } from '../../../engine/ports.ts'
import type { Resource, Simulation, Use } from '../../../kernel/index.ts'
import { changedRanges } from './changed-ranges.ts'
import { DirectoryNode, FileNode, SymlinkNode } from './file-tree.ts'
import type { SpecialNode, TreeNode } from './file-tree.ts'
import { passed } from '../flow-errors.ts'
import { readContent } from './held-file.ts'
import type { VirtualFileSystem } from './virtual-file-system.ts'

/** How a virtual file system is accessed in simulated time. */
export interface DiskAccess {
  readonly simulation: Simulation
  readonly clock: Clock
  /** Bytes a second. */
  readonly disk: Resource
  /** Resources under it: for an image of a virtual machine, the array that holds it and the route there. */
  readonly under?: readonly Resource[]
  /** Fails when the work is cancelled. */
  readonly session?: Resource
  readonly purpose: string
}

export interface SourceAccess extends DiskAccess {
  /** Directory entries a second that a walk can examine. */
  readonly scan_entriesPerSecond: number
  /**
   * Block size at which whoever holds the disk (a hypervisor, a database) tracks writes since an earlier backup, bytes.
   * Absent: changed files are read whole.
   */
  readonly changeTracking_bytes?: number
  /**
   * True where files of the tree stand for groups of real ones (dataset.ts). A backup examines each of these and reads
   * the changed ones whole: the parts of a group in which something was written, each of the mean size of its files.
   */
  readonly groups?: boolean
  /**
   * The map of changed blocks only covers the time since this instant; relative to earlier backups everything is read.
   * Default: it covers all time.
   */
  readonly trackedSince?: Instant
  /** Called with the number of bytes read, even by a read that broke off. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** A state kept by the array, instead of the current one. */
  readonly state?: { readonly time: Instant; readonly root: VirtualFileSystem['root'] }
}

/**
 * The engine's port to the files, for reading. A snapshot is an instantaneous copy-on-write view. Reading uses the
 * disk. The walk takes the time of examining every real entry of the tree, charged when the root is listed: without a
 * change journal a backup program cannot know which directories to skip.
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

/** Mean size of the real files of a group, bytes; undefined for a file that stands only for itself. */
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
  // A file may have several names, and the entry holds the one it was created with.
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
