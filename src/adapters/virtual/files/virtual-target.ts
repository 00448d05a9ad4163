import { EngineError, FileSystemError } from '../../../engine/errors.ts'
import type { Content, EntryKind, EntryMetadata, RestoreTarget } from '../../../engine/ports.ts'
import type { Use } from '../../../kernel/index.ts'
import { passed } from '../flow-errors.ts'
import { FileDraft, readContent } from './held-file.ts'
import { Extents } from '../content/extents.ts'
import type { VirtualFileSystem } from './virtual-file-system.ts'
import { diskFailed, usesOf } from './virtual-source.ts'
import type { DiskAccess } from './virtual-source.ts'

export interface TargetAccess extends DiskAccess {
  /**
   * Bytes that may be on their way to the disk while the writer continues: the page cache of a real machine. Absent:
   * every write waits for the disk.
   */
  readonly writeBehind_bytes?: number
}

/** A target of restores in simulated time. */
export interface WriteBehindTarget extends RestoreTarget {
  /** Waits until everything written is on the disk. @throws FileSystemError where the disk has failed since */
  flushed(): Promise<void>
}

/**
 * The engine's port to the files, for restoring. Writing uses the disk. A file has its content once it is finished;
 * before, it has its size, and zeros. Restored data are not the application's work, and the application does not use
 * them until the file system's `release`.
 */
export function virtualTarget(files: VirtualFileSystem, access: TargetAccess): WriteBehindTarget {
  return new VirtualTarget(files, access)
}

/** Number of concurrent flows to the disk, which determines its share; the same whether or not writes are waited for. */
const FLOWS_AT_MOST = 4

class VirtualTarget implements WriteBehindTarget {
  readonly #files: VirtualFileSystem
  readonly #access: TargetAccess
  readonly #over: readonly Use[]
  readonly #drafts = new Map<string, FileDraft>()
  /** Writes on their way to the disk; a failure is kept in `#failure`. */
  readonly #underWay = new Set<Promise<void>>()
  /** Bytes written and not yet on their way. */
  #gathered_bytes = 0
  /** All bytes written and not yet on the disk. */
  #unwritten_bytes = 0
  #failure: EngineError | undefined

  constructor(files: VirtualFileSystem, access: TargetAccess) {
    this.#files = files
    this.#access = access
    this.#over = usesOf(access)
  }

  async createDirectory(path: string): Promise<void> {
    if (path === '' || this.#files.lookup(path)?.kind === 'directory') return
    this.#files.mkdir(path, this.#now())
    this.#files.reserve(path)
  }

  async createFile(path: string, size: number): Promise<void> {
    this.#files.writeFile(path, Extents.zeros(size), this.#now(), { by: 'restore' })
    this.#files.reserve(path)
    this.#drafts.set(path, new FileDraft(size))
  }

  async write(path: string, offset: number, content: Content): Promise<void> {
    const draft = this.#drafts.get(path)
    if (draft === undefined) throw new FileSystemError(`cannot write to ${path}: it has not been created`)
    draft.write(offset, content)
    const { writeBehind_bytes } = this.#access
    if (writeBehind_bytes === undefined) return this.#transfer(content.length)
    this.#gathered_bytes += content.length
    this.#unwritten_bytes += content.length
    this.#writeBack()
    while (this.#unwritten_bytes > writeBehind_bytes) await Promise.race(this.#underWay)
    this.#throwFailure()
  }

  async flushed(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    this.#throwFailure()
  }

  async createSymlink(path: string, target: string): Promise<void> {
    this.#files.symlink(path, target, this.#now())
    this.#files.reserve(path)
  }

  async createHardLink(path: string, existing: string): Promise<void> {
    this.#flush(existing)
    this.#files.link(path, existing, this.#now())
    this.#files.reserve(path)
  }

  async createSpecial(path: string, kind: EntryKind, device?: { major: number; minor: number }): Promise<void> {
    if (kind === 'file' || kind === 'directory' || kind === 'symlink') {
      throw new TypeError(`a ${kind} is not a special file`)
    }
    this.#files.special(path, kind, device, this.#now())
    this.#files.reserve(path)
  }

  async finish(path: string, kind: EntryKind, metadata: EntryMetadata): Promise<void> {
    if (kind === 'file') this.#flush(path)
    this.#drafts.delete(path)
    if (path !== '') this.#files.setMetadata(path, metadata, this.#now())
  }

  async existing(path: string): Promise<{ kind: EntryKind; size: number } | undefined> {
    const node = this.#files.lookup(path)
    return node && { kind: node.kind, size: node.kind === 'file' ? node.size : 0 }
  }

  async read(path: string, offset: number, length: number): Promise<Content> {
    this.#flush(path)
    const node = this.#files.lookup(path)
    if (node?.kind !== 'file') throw new FileSystemError(`there is no file ${path}`)
    const content = readContent(node.content, Math.min(offset, node.size), Math.min(offset + length, node.size))
    await this.#transfer(content.length)
    return content
  }

  /** Gives a file the content written so far. */
  #flush(path: string): void {
    const content = this.#drafts.get(path)?.assemble()
    if (content !== undefined) this.#files.writeFile(path, content, this.#now(), { by: 'restore' })
  }

  /**
   * Sends everything gathered at once, in as many flows as a restore has requests: a flow for each file would mean
   * thousands.
   */
  #writeBack(): void {
    if (this.#gathered_bytes === 0 || this.#underWay.size >= FLOWS_AT_MOST) return
    const flow = this.#carryOut(this.#gathered_bytes).finally(() => {
      this.#underWay.delete(flow)
      this.#writeBack()
    })
    this.#gathered_bytes = 0
    this.#underWay.add(flow)
  }

  async #carryOut(bytes: number): Promise<void> {
    try {
      await this.#transfer(bytes)
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#failure ??= error
    } finally {
      this.#unwritten_bytes -= bytes
    }
  }

  /** Also throws failures of writes that nobody waited for, as an operating system reports them to the next writer. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  async #transfer(bytes: number): Promise<void> {
    const { simulation, purpose } = this.#access
    await passed(simulation.flows.transfer({ amount: bytes, over: this.#over, purpose }), diskFailed)
  }

  #now(): number {
    return this.#access.clock.now()
  }
}
