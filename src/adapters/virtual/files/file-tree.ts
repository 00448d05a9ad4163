import type { EntryKind, EntryMetadata, NameBytes, SourceEntry } from '../../../engine/ports.ts'
import { HeldBytes } from './held-file.ts'
import type { FileContent } from './held-file.ts'
import { Fingerprint } from '../content/integer-mixing.ts'
import { firstEndAbove } from '../content/parts.ts'

/**
 * Nodes of the virtual file system. A node never changes once it has been seen; trees of different times share equal
 * nodes. Each has a `version`: a fingerprint of everything in it and below it, computed on first use. It is the change
 * token of the engine's port, and equal nodes have equal versions in every branch of a world.
 */
export type TreeNode = FileNode | DirectoryNode | SymlinkNode | SpecialNode

export interface FileOptions {
  /** Number of real files that this one stands for, in a dataset too large to hold each. Default 1. */
  readonly stands?: number
  /** Equal for all names of one file. */
  readonly link?: string | undefined
}

export class FileNode {
  readonly kind = 'file'
  readonly content: FileContent
  readonly metadata: EntryMetadata
  readonly stands: number
  readonly link: string | undefined
  /** Its entry in a backup's listing: created once, because it is listed night after night. */
  listed: SourceEntry | undefined
  #version: string | undefined

  constructor(content: FileContent, metadata: EntryMetadata, options: FileOptions = {}) {
    this.content = content
    this.metadata = metadata
    this.stands = options.stands ?? 1
    this.link = options.link
  }

  get size(): number {
    return this.content.length
  }

  get version(): string {
    this.#version ??= versionOfFile(this)
    return this.#version
  }

  /** The same file with other content or metadata. */
  with(content: FileContent, metadata: EntryMetadata): FileNode {
    return new FileNode(content, metadata, this)
  }

  standingFor(stands: number): FileNode {
    const { content, metadata, link } = this
    return new FileNode(content, metadata, { stands, link })
  }

  withLink(link: string): FileNode {
    return new FileNode(this.content, this.metadata, { stands: this.stands, link })
  }
}

export class SymlinkNode {
  readonly kind = 'symlink'
  readonly target: NameBytes
  readonly metadata: EntryMetadata

  constructor(target: NameBytes, metadata: EntryMetadata) {
    this.target = target
    this.metadata = metadata
  }

  get version(): string {
    return withMetadata(new Fingerprint().text('symlink').text(this.target), this.metadata).toString()
  }
}

export type SpecialKind = Exclude<EntryKind, 'file' | 'directory' | 'symlink'>

export class SpecialNode {
  readonly kind: SpecialKind
  readonly device: { readonly major: number; readonly minor: number } | undefined
  readonly metadata: EntryMetadata

  constructor(
    kind: SpecialKind,
    device: { readonly major: number; readonly minor: number } | undefined,
    metadata: EntryMetadata,
  ) {
    this.kind = kind
    this.device = device
    this.metadata = metadata
  }

  get version(): string {
    const { kind, device, metadata } = this
    const fingerprint = new Fingerprint().text(kind)
    if (device !== undefined) fingerprint.integer(device.major).integer(device.minor)
    return withMetadata(fingerprint, metadata).toString()
  }
}

/** Who may change nodes in place: only their creator, and only until they have been seen. */
export type Owner = object

export class DirectoryNode {
  readonly kind = 'directory'
  #names: NameBytes[]
  /** The names are shared with the directory that this one was copied from: most changes do not affect them. */
  #namesShared = false
  #namesPrint: number | undefined
  #nodes: TreeNode[]
  #metadata: EntryMetadata
  #files = 0
  #bytes = 0
  #entries = 0
  /** Cumulative ends of the entries when all files are concatenated; computed on first use. */
  #byteEnds: Float64Array | undefined
  /** Its entry in a backup's listing, created only for directories that no longer change. */
  listed: SourceEntry | undefined
  #version: string | undefined
  readonly #owner: Owner | undefined

  private constructor(names: NameBytes[], nodes: TreeNode[], metadata: EntryMetadata, owner: Owner | undefined) {
    this.#names = names
    this.#nodes = nodes
    this.#metadata = metadata
    this.#owner = owner
  }

  static empty(metadata: EntryMetadata): DirectoryNode {
    return new DirectoryNode([], [], metadata, undefined)
  }

  get metadata(): EntryMetadata {
    return this.#metadata
  }

  /** Number of file nodes in it and below it. */
  get files(): number {
    return this.#files
  }

  /** Bytes of all files in it and below it. */
  get bytes(): number {
    return this.#bytes
  }

  /** Number of real entries in it and below it: what a walk examines. */
  get entries(): number {
    return this.#entries
  }

  get size(): number {
    return this.#names.length
  }

  get version(): string {
    if (this.#version === undefined) {
      const fingerprint = withMetadata(new Fingerprint().integer(this.#printOfNames()), this.#metadata)
      const nodes = this.#nodes
      for (let at = 0; at < nodes.length; at++) fingerprint.token(nodes[at]!.version)
      this.#version = fingerprint.toString()
    }
    return this.#version
  }

  #printOfNames(): number {
    if (this.#namesPrint === undefined) {
      const fingerprint = new Fingerprint().word(this.#names.length)
      for (const name of this.#names) fingerprint.text(name)
      this.#namesPrint = fingerprint.number
    }
    return this.#namesPrint
  }

  /** Names in ascending order of their bytes. */
  names(): readonly NameBytes[] {
    return this.#names
  }

  /** In the order of `names`. */
  nodes(): readonly TreeNode[] {
    return this.#nodes
  }

  get(name: NameBytes): TreeNode | undefined {
    const at = this.#find(name)
    return this.#names[at] === name ? this.#nodes[at] : undefined
  }

  /** The node at a path; '' is this directory. */
  lookup(path: string): TreeNode | undefined {
    if (path === '') return this
    // oxlint-disable-next-line typescript/no-this-alias -- the walk begins here
    let node: TreeNode | undefined = this
    for (let at = 0; at <= path.length;) {
      if (node?.kind !== 'directory') return undefined
      const slash = path.indexOf('/', at)
      const end = slash < 0 ? path.length : slash
      node = node.get(path.slice(at, end))
      at = end + 1
    }
    return node
  }

  /** The file that holds this byte when all files are concatenated in order of paths. */
  fileAtByte(position: number): { path: string; file: FileNode } {
    let path = ''
    let left = position
    // oxlint-disable-next-line typescript/no-this-alias -- the walk begins here
    let directory: DirectoryNode = this
    for (;;) {
      const ends = directory.#endsOfBytes()
      const at = firstEndAbove(ends, left)
      const node = directory.#nodes[at]
      path += directory.#names[at]
      if (node?.kind === 'file') return { path, file: node }
      if (node?.kind !== 'directory') throw new RangeError(`there is nothing at ${position} below this directory`)
      if (at > 0) left -= ends[at - 1]!
      path += '/'
      directory = node
    }
  }

  #endsOfBytes(): Float64Array {
    if (this.#byteEnds === undefined) {
      let end = 0
      this.#byteEnds = Float64Array.from(this.#nodes, (node) => (end += bytesOf(node)))
    }
    return this.#byteEnds
  }

  /** Calls `visit` for every file below, in order of paths. */
  forEachFile(visit: (path: string, file: FileNode) => void, below = ''): void {
    for (const [at, name] of this.#names.entries()) {
      const node = this.#nodes[at]!
      if (node.kind === 'file') visit(below + name, node)
      else if (node.kind === 'directory') node.forEachFile(visit, `${below}${name}/`)
    }
  }

  // The rest is for the filesystem that builds the tree.

  /** @internal This node if it may be changed in place, otherwise a copy that may. */
  ownedBy(owner: Owner): DirectoryNode {
    if (this.#owner === owner) return this
    const copy = new DirectoryNode(this.#names, [...this.#nodes], this.#metadata, owner)
    copy.#namesShared = true
    copy.#namesPrint = this.#namesPrint
    copy.#byteEnds = this.#byteEnds
    copy.#files = this.#files
    copy.#bytes = this.#bytes
    copy.#entries = this.#entries
    return copy
  }

  /** @internal Puts an entry, or removes it. */
  set(owner: Owner, name: NameBytes, node: TreeNode | undefined): void {
    this.#assertOwnedBy(owner)
    const at = this.#find(name)
    const before = this.#names[at] === name ? this.#nodes[at]! : undefined
    if (before !== undefined) this.#count(before, -1)
    if (node !== undefined) this.#count(node, 1)
    if ((before === undefined) !== (node === undefined)) this.#ownNames()
    if (before === undefined || node === undefined || bytesOf(before) !== bytesOf(node)) this.#byteEnds = undefined
    if (before === undefined && node !== undefined) {
      this.#names.splice(at, 0, name)
      this.#nodes.splice(at, 0, node)
    } else if (node !== undefined) {
      this.#nodes[at] = node
    } else if (before !== undefined) {
      this.#names.splice(at, 1)
      this.#nodes.splice(at, 1)
    }
    this.#version = undefined
  }

  /**
   * @internal Has the directory that holds a path changed, a copy of it where others may have seen it, and counts anew what is in
   * those above it. @param from where the path goes on below this directory
   */
  changeAt(owner: Owner, path: string, from: number, change: (parent: DirectoryNode, name: NameBytes) => void): void {
    this.#assertOwnedBy(owner)
    const slash = path.indexOf('/', from)
    if (slash < 0) return change(this, path.slice(from))
    const name = path.slice(from, slash)
    const at = this.#find(name)
    const before = this.#nodes[at]
    if (this.#names[at] !== name || before?.kind !== 'directory') throw new Error(`there is no directory ${name}`)
    // It may be changed in place, and the change may fail: then the totals must be restored.
    const { files, bytes, entries } = before
    const after = before.ownedBy(owner)
    after.changeAt(owner, path, slash + 1, change)
    this.#files += after.#files - files
    this.#bytes += after.#bytes - bytes
    if (after.#bytes !== bytes) this.#byteEnds = undefined
    this.#entries += after.#entries - entries
    this.#nodes[at] = after
    this.#version = undefined
  }

  /** @internal */
  setMetadata(owner: Owner, metadata: EntryMetadata): void {
    this.#assertOwnedBy(owner)
    this.#metadata = metadata
    this.#version = undefined
  }

  #ownNames(): void {
    this.#namesPrint = undefined
    if (!this.#namesShared) return
    this.#names = [...this.#names]
    this.#namesShared = false
  }

  #assertOwnedBy(owner: Owner): void {
    if (this.#owner !== owner) throw new Error('a directory node that others may have seen was about to be changed')
  }

  #count(node: TreeNode, sign: 1 | -1): void {
    if (node.kind === 'directory') {
      this.#files += sign * node.#files
      this.#bytes += sign * node.#bytes
      this.#entries += sign * (node.#entries + 1)
    } else if (node.kind === 'file') {
      this.#files += sign
      this.#bytes += sign * node.size
      this.#entries += sign * node.stands
    } else {
      this.#entries += sign
    }
  }

  /** Index of the first name not below `name`. */
  #find(name: NameBytes): number {
    const names = this.#names
    let low = 0
    let high = names.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (names[middle]! < name) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Size of a node, including all files in it. */
export function bytesOf(node: TreeNode): number {
  if (node.kind === 'directory') return node.bytes
  return node.kind === 'file' ? node.size : 0
}

/** Numbers that identify a piece of described content: stream, offset and length. */
const NUMBERS_OF_PIECE = 3
/** Buffer for the numbers of one file, reused for all. */
let numbers = new Float64Array(64 * NUMBERS_OF_PIECE)

function versionOfFile({ content, metadata, link }: FileNode): string {
  const fingerprint = withMetadata(new Fingerprint().integer(content.length), metadata)
  if (link !== undefined) fingerprint.text(link)
  if (content instanceof HeldBytes) {
    for (const block of content.blocks) fingerprint.bytes(block)
  } else {
    const needed = NUMBERS_OF_PIECE * content.pieceCount
    if (numbers.length < needed) numbers = new Float64Array(2 * needed)
    fingerprint.integers(numbers, content.describeInto(numbers))
  }
  return fingerprint.toString()
}

function withMetadata(fingerprint: Fingerprint, metadata: EntryMetadata): Fingerprint {
  fingerprint.word(metadata.mode).word(metadata.uid).word(metadata.gid).bigint(metadata.mtime_ns)
  const { extendedAttributes } = metadata
  if (extendedAttributes !== undefined)
    for (const [name, value] of extendedAttributes) fingerprint.text(name).bytes(value)
  return fingerprint
}
