import { FileSystemError } from '../../src/engine/errors.ts'
import { heldBytes } from '../../src/engine/bytes/held-bytes.ts'
import type {
  Content,
  EntryKind,
  EntryMetadata,
  FileSystem,
  RestoreTarget,
  SourceEntry,
  SourceTree,
} from '../../src/engine/ports.ts'

/** What stands at a path. Names of one hard-linked file share the node. */
interface Node {
  readonly kind: EntryKind
  metadata: EntryMetadata
  content: Uint8Array
  readonly target?: string
  readonly device?: { readonly major: number; readonly minor: number }
  /** Changes with the content. */
  version: number
}

let versions = 0

/** A tree of files in memory: a source of backups, a target of restores, and comparable. Paths are name bytes. */
export class MemoryFiles implements FileSystem, RestoreTarget {
  /** By path; the root is ''. */
  readonly nodes = new Map<string, Node>()
  now: number
  /** What the target was asked to do, for tests of restores. */
  readonly writes: Array<{ path: string; offset: number; length: number }> = []
  /** Whether the source tells change tokens. */
  readonly tokens: boolean
  /** What is known of changes within files; by default nothing. */
  changedBlocks: NonNullable<SourceTree['changedBlocks']> | undefined

  constructor(now = 1_767_571_200, tokens = true) {
    this.now = now
    this.tokens = tokens
    this.nodes.set('', this.#node('directory'))
  }

  /** Writes a whole file; directories on the way are made. */
  file(path: string, content: Uint8Array | string): this {
    this.#parents(path)
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const old = this.nodes.get(path)
    if (old?.kind === 'file') {
      old.content = Uint8Array.from(bytes)
      old.version = ++versions
      old.metadata = { ...old.metadata, mtime_ns: old.metadata.mtime_ns + 1n }
    } else this.nodes.set(path, this.#node('file', { content: Uint8Array.from(bytes) }))
    return this
  }

  directory(path: string): this {
    this.#parents(`${path}/`)
    return this
  }

  remove(path: string): this {
    for (const at of this.nodes.keys()) if (at === path || at.startsWith(`${path}/`)) this.nodes.delete(at)
    return this
  }

  /** Everything that a restore must give back, one line an entry. */
  describe(): string[] {
    const numbers = new Map<Node, number>()
    const names = new Map<Node, number>()
    for (const node of this.nodes.values()) names.set(node, (names.get(node) ?? 0) + 1)
    return [...this.nodes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, node]) => {
        const { kind, metadata, content, target, device } = node
        if (names.get(node)! > 1 && !numbers.has(node)) numbers.set(node, numbers.size + 1)
        const { mode, uid, gid, mtime_ns } = metadata
        const held = Buffer.from(content).toString('base64')
        const shown = held.length > 60 ? `${held.slice(0, 20)}…${hash(content)}` : held
        return [
          path,
          kind,
          mode.toString(8),
          `${uid}:${gid}`,
          mtime_ns,
          target ?? '',
          device === undefined ? '' : `${device.major},${device.minor}`,
          numbers.has(node) ? `link ${numbers.get(node)}` : '',
          content.length,
          shown,
        ].join(' ')
      })
  }

  async snapshot(): Promise<SourceTree> {
    return new MemoryTree(this)
  }

  async createDirectory(path: string): Promise<void> {
    if (this.nodes.get(path)?.kind === 'directory') return
    this.#requireParent(path)
    this.nodes.set(path, this.#node('directory'))
  }

  async createFile(path: string, size: number): Promise<void> {
    this.#requireParent(path)
    this.nodes.set(path, this.#node('file', { content: new Uint8Array(size) }))
  }

  async write(path: string, offset: number, content: Content): Promise<void> {
    const node = this.nodes.get(path)
    if (node?.kind !== 'file') throw new FileSystemError(`${path} has not been created`)
    if (offset + content.length > node.content.length) throw new FileSystemError(`a write beyond the end of ${path}`)
    this.writes.push({ path, offset, length: content.length })
    node.content.set(heldBytes(content), offset)
  }

  async createSymlink(path: string, target: string): Promise<void> {
    this.#requireParent(path)
    this.nodes.set(path, this.#node('symlink', { target }))
  }

  async createHardLink(path: string, existing: string): Promise<void> {
    const node = this.nodes.get(existing)
    if (node === undefined) throw new FileSystemError(`there is no ${existing} to link to`)
    this.#requireParent(path)
    this.nodes.set(path, node)
  }

  async createSpecial(path: string, kind: EntryKind, device?: { major: number; minor: number }): Promise<void> {
    this.#requireParent(path)
    this.nodes.set(path, this.#node(kind, device === undefined ? {} : { device }))
  }

  async finish(path: string, kind: EntryKind, metadata: EntryMetadata): Promise<void> {
    const node = this.nodes.get(path)
    if (node?.kind !== kind) throw new FileSystemError(`${path} is no ${kind}`)
    node.metadata = metadata
  }

  async existing(path: string): Promise<{ kind: EntryKind; size: number } | undefined> {
    const node = this.nodes.get(path)
    return node === undefined ? undefined : { kind: node.kind, size: node.content.length }
  }

  async read(path: string, offset: number, length: number): Promise<Content> {
    return this.nodes.get(path)!.content.slice(offset, offset + length)
  }

  #parents(path: string): void {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash)
      if (!this.nodes.has(folder)) this.nodes.set(folder, this.#node('directory'))
    }
  }

  #requireParent(path: string): void {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (path !== '' && this.nodes.get(folder)?.kind !== 'directory') {
      throw new FileSystemError(`${path} was made before the directory that it is in`)
    }
  }

  #node(kind: EntryKind, more: Partial<Pick<Node, 'content' | 'target' | 'device'>> = {}): Node {
    const metadata = { mode: kind === 'directory' ? 0o755 : 0o644, uid: 1000, gid: 1000, mtime_ns: this.#time_ns() }
    return { kind, metadata, content: new Uint8Array(0), version: ++versions, ...more }
  }

  #time_ns(): bigint {
    return BigInt(Math.floor(this.now)) * 1_000_000_000n + 123_456_789n
  }
}

/** The tree as it is when it is made. */
class MemoryTree implements SourceTree {
  readonly time: number
  readonly root: SourceEntry
  readonly #files: MemoryFiles
  readonly #nodes: ReadonlyMap<string, Node>
  readonly #names = new Map<number, number>()
  readonly changedBlocks?: NonNullable<SourceTree['changedBlocks']>
  constructor(files: MemoryFiles) {
    this.#files = files
    if (files.changedBlocks !== undefined) this.changedBlocks = files.changedBlocks
    this.time = files.now
    this.#nodes = new Map([...files.nodes].map(([path, node]) => [path, { ...node }]))
    for (const { version } of files.nodes.values()) this.#names.set(version, (this.#names.get(version) ?? 0) + 1)
    this.root = this.#entry('', '', this.#nodes.get('')!)
  }

  async list(directory: SourceEntry): Promise<readonly SourceEntry[]> {
    const prefix = directory.handle === '' ? '' : `${String(directory.handle)}/`
    return [...this.#nodes]
      .filter(([path]) => path !== '' && path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map(([path, node]) => this.#entry(path.slice(prefix.length), path, node))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async read(file: SourceEntry, offset: number, length: number): Promise<Content> {
    return this.#nodes.get(String(file.handle))!.content.slice(offset, offset + length)
  }

  async unchanged(file: SourceEntry): Promise<boolean> {
    return this.#files.nodes.get(String(file.handle))?.version === this.#nodes.get(String(file.handle))!.version
  }

  async release(): Promise<void> {}

  #entry(name: string, path: string, { kind, metadata, content, target, device, version }: Node): SourceEntry {
    const isFile = kind === 'file'
    return {
      name,
      kind,
      metadata,
      handle: path,
      ...(isFile ? { size: content.length } : {}),
      ...(isFile && this.#files.tokens ? { version: String(version) } : {}),
      ...(kind !== 'directory' && this.#names.get(version)! > 1 ? { hardLink: `link ${version}` } : {}),
      ...(target === undefined ? {} : { symlinkTarget: target }),
      ...(device === undefined ? {} : { device }),
    }
  }
}

/** FNV-1a: enough to see a difference. */
function hash(bytes: Uint8Array): string {
  let state = 2_166_136_261
  for (const byte of bytes) state = Math.imul(state ^ byte, 16_777_619) >>> 0
  return state.toString(16)
}
