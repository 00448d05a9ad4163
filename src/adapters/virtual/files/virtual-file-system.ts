import { FileSystemError } from '../../../engine/errors.ts'
import type { Content, EntryMetadata, Instant, NameBytes } from '../../../engine/ports.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import { tornFiles } from './crash.ts'
import { DiskSpace } from './disk-space.ts'
import { DirectoryNode, FileNode, SpecialNode, SymlinkNode } from './file-tree.ts'
import type { FileOptions, SpecialKind, TreeNode } from './file-tree.ts'
import { heldContent, spliceContent } from './held-file.ts'
import { TreeHistory } from './tree-history.ts'
import type { Version, Write } from './tree-history.ts'

/** Who writes. Only the application's writes are work that can be lost. */
export type Writer = 'application' | 'restore' | 'intruder'

export interface WriteOptions extends FileOptions {
  readonly by?: Writer
  readonly metadata?: Partial<EntryMetadata>
}

const OWNER = { uid: 1000, gid: 1000 }

/**
 * Files and directories with their whole history. Every operation has an instant, in order of time, and the state at
 * any past instant can be looked up. A fork is an independent continuation that shares the past.
 *
 * Paths are relative, '/'-separated, of name bytes; the root is ''.
 */
export class VirtualFileSystem {
  #time: Instant
  #root: DirectoryNode
  /** Owns the directory nodes that have not been seen yet and may still be changed in place. */
  #batch: object = {}
  readonly #history: TreeHistory
  #writes: Write[] = []
  #written_bytes = 0
  /** Paths that a restore has created: no application uses them until they are released. */
  readonly #restored = new Set<string>()
  /** Free space of the disk, and quotas. */
  readonly space: DiskSpace
  #mtime: { readonly time: Instant; readonly ns: bigint } = { time: 0, ns: 0n }

  constructor(options: { readonly time: Instant }, origin?: VirtualFileSystem) {
    this.#time = options.time
    this.space = new DiskSpace(origin?.space)
    if (origin === undefined) {
      this.#root = DirectoryNode.empty({ ...OWNER, mode: 0o755, mtime_ns: this.#nanoseconds(options.time) })
      this.#history = new TreeHistory()
      return
    }
    this.#root = origin.root
    this.#history = origin.#history.branch()
    this.#writes = [...origin.#writes]
    this.#written_bytes = origin.#written_bytes
    this.#restored = new Set(origin.#restored)
  }

  /** Instant of the last operation. */
  get time(): Instant {
    return this.#time
  }

  /** The current state. It is immutable from now on: later operations create another one. */
  get root(): DirectoryNode {
    this.#batch = {}
    return this.#root
  }

  get bytes(): number {
    return this.#root.bytes
  }

  get files(): number {
    return this.#root.files
  }

  /** An independent continuation of the current state, at a cost independent of its size. */
  fork(): VirtualFileSystem {
    return new VirtualFileSystem({ time: this.#time }, this)
  }

  /** The state at an instant, after all operations at it; undefined when the history does not reach back that far. */
  at(time: Instant): DirectoryNode | undefined {
    return time >= this.#time ? this.root : this.#history.at(time)?.root
  }

  /** Bytes that the application wrote in (from, to]: below some paths, or everywhere. */
  writtenBytes(from: Instant, to: Instant, only?: readonly string[]): number {
    const present: Version = {
      time: this.#time,
      root: this.#root,
      writes: this.#writes,
      written_bytes: this.#written_bytes,
    }
    if (only === undefined) {
      const upTo = (time: Instant): number =>
        (time >= this.#time ? present : this.#history.at(time))?.written_bytes ?? 0
      return Math.max(0, upTo(to) - upTo(from))
    }
    const counts = (version: Version): number => {
      let bytes = 0
      for (const write of version.writes) {
        if (only.some((path) => write.path === path || write.path.startsWith(`${path}/`))) bytes += write.bytes
      }
      return bytes
    }
    let bytes = from < this.#time && this.#time <= to ? counts(present) : 0
    for (const version of this.#history.between(from, to)) bytes += counts(version)
    return bytes
  }

  /** Drops what only instants before this one need. */
  forget(before: Instant): void {
    this.#history.forget(before)
  }

  /** The file that holds this byte, as `DirectoryNode.fileAtByte` finds it. */
  fileAtByte(position: number): { path: string; file: FileNode } {
    return this.#root.fileAtByte(position)
  }

  lookup(path: string): TreeNode | undefined {
    return this.root.lookup(path)
  }

  mkdir(path: string, time: Instant, metadata: Partial<EntryMetadata> = {}): void {
    this.#operate(path, time, (parent, name) => {
      if (parent.get(name) !== undefined) throw new FileSystemError(`cannot make directory ${path}: it exists`)
      this.#enter(parent, name, DirectoryNode.empty(this.#metadata(0o755, metadata)))
    })
  }

  /** Creates the directories above a path. Returns false when something else is in the way. */
  makeParents(path: string, time: Instant): boolean {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at)
      const node = this.#root.lookup(parent)
      if (node === undefined) this.mkdir(parent, time)
      else if (node.kind !== 'directory') return false
    }
    return true
  }

  /** Creates a file or replaces one. */
  writeFile(path: string, content: Content, time: Instant, options: WriteOptions = {}): void {
    const held = heldContent(content)
    const before = this.#root.lookup(path)
    this.space.claim(this.#root, path, held.length - (before?.kind === 'file' ? before.size : 0))
    if (before === undefined) {
      this.#operate(path, time, (parent, name) =>
        this.#enter(parent, name, new FileNode(held, this.#metadata(0o644, options.metadata), options)),
      )
    } else {
      this.#update(path, time, (file) => file.with(held, this.#modified(file, options.metadata)))
    }
    this.#note(path, content.length, options.by)
  }

  /** Replaces `deleted` bytes from `at` on: overwrites, inserts, deletes, truncates. */
  splice(path: string, at: number, deleted: number, inserted: Content, time: Instant, by?: Writer): void {
    this.space.claim(this.#root, path, inserted.length - deleted)
    this.#update(path, time, (file) => {
      if (!(at >= 0 && deleted >= 0 && at + deleted <= file.size)) {
        throw new FileSystemError(`${path} of ${file.size} bytes has no bytes [${at}, ${at + deleted})`)
      }
      return file.with(spliceContent(file.content, at, deleted, inserted), this.#modified(file))
    })
    this.#note(path, inserted.length, by)
  }

  append(path: string, content: Content, time: Instant, by?: Writer): void {
    const file = asFile(this.#root.lookup(path), path)
    this.splice(path, file.size, 0, content, time, by)
  }

  /** Sets how many real files a file stands for. */
  represent(path: string, stands: number, time: Instant): void {
    this.#update(path, time, (file) => file.standingFor(stands))
  }

  symlink(path: string, target: NameBytes, time: Instant, metadata: Partial<EntryMetadata> = {}): void {
    this.#operate(path, time, (parent, name) => {
      if (parent.get(name) !== undefined) throw new FileSystemError(`cannot link ${path}: it exists`)
      this.#enter(parent, name, new SymlinkNode(target, this.#metadata(0o777, metadata)))
    })
  }

  special(
    path: string,
    kind: SpecialKind,
    device: { readonly major: number; readonly minor: number } | undefined,
    time: Instant,
    metadata: Partial<EntryMetadata> = {},
  ): void {
    this.#operate(path, time, (parent, name) => {
      if (parent.get(name) !== undefined) throw new FileSystemError(`cannot make ${path}: it exists`)
      this.#enter(parent, name, new SpecialNode(kind, device, this.#metadata(0o644, metadata)))
    })
  }

  /** Gives an existing file another name. What is written under one name is read under all. */
  link(path: string, existing: string, time: Instant): void {
    const file = asFile(this.#root.lookup(existing), existing)
    let linked = file
    if (file.link === undefined) {
      linked = file.withLink(`${time}:${existing}`)
      this.#operate(existing, time, (parent, name) => parent.set(this.#batch, name, linked))
    }
    this.#operate(path, time, (parent, name) => {
      if (parent.get(name) !== undefined) throw new FileSystemError(`cannot link ${path}: it exists`)
      this.#enter(parent, name, linked)
    })
  }

  /** Moves a file or directory; the new path must be free or hold a file. */
  rename(from: string, to: string, time: Instant): void {
    const node = this.#root.lookup(from)
    if (node === undefined || from === '') throw new FileSystemError(`cannot rename ${from}: there is no such file`)
    if (to === from || to.startsWith(`${from}/`)) throw new FileSystemError(`cannot move ${from} into itself`)
    const parentOfTo = this.#root.lookup(parentPath(to))
    if (parentOfTo?.kind !== 'directory') throw new FileSystemError(`there is no directory ${parentPath(to)}`)
    if (this.#root.lookup(to)?.kind === 'directory') throw new FileSystemError(`cannot rename ${from}: ${to} exists`)
    this.#operate(from, time, (parent, name) => this.#enter(parent, name, undefined))
    this.#operate(to, time, (parent, name) => this.#enter(parent, name, node))
  }

  /** Removes a file, or a directory with everything in it. */
  remove(path: string, time: Instant): void {
    this.#operate(path, time, (parent, name) => {
      if (parent.get(name) === undefined) throw new FileSystemError(`cannot remove ${path}: there is no such file`)
      this.#enter(parent, name, undefined)
    })
  }

  setMetadata(path: string, metadata: EntryMetadata, time: Instant): void {
    if (path === '') {
      this.#advance(time)
      this.#root = this.#root.ownedBy(this.#batch)
      this.#root.setMetadata(this.#batch, metadata)
      return
    }
    const node = this.#root.lookup(path)
    if (node === undefined) throw new FileSystemError(`there is no ${path}`)
    if (node.kind === 'file') return this.#update(path, time, (file) => file.with(file.content, metadata))
    this.#operate(path, time, (parent, name) => {
      if (node.kind === 'symlink') parent.set(this.#batch, name, new SymlinkNode(node.target, metadata))
      else if (node.kind !== 'directory')
        parent.set(this.#batch, name, new SpecialNode(node.kind, node.device, metadata))
      else {
        const directory = node.ownedBy(this.#batch)
        directory.setMetadata(this.#batch, metadata)
        parent.set(this.#batch, name, directory)
      }
    })
  }

  /** Restores an entry of an earlier state of this file system at its path, with everything below it. */
  adopt(path: string, node: TreeNode, time: Instant): void {
    this.#operate(path, time, (parent, name) => this.#enter(parent, name, node))
  }

  /**
   * The machine crashes. Nothing written up to `synced` is lost. Of what was written since, directories are as they
   * were at one of the instants since, as a journal keeps their order, and files are torn: each block has its old or
   * its new state.
   * @param random draws which instant, and which blocks
   * @returns bytes that the application has written since and can no longer rely on
   */
  crash(synced: Instant, time: Instant, random: RandomStream): number {
    const before = this.at(synced)
    if (before === undefined) throw new RangeError(`the history does not reach back to ${synced}`)
    const since = [...this.#history.between(synced, this.#time)].map(({ root }) => root)
    const states = this.#time > synced ? [before, ...since.toReversed(), this.root] : [before]
    const entries = states[random.integer(states.length)]!
    const unsynced_bytes = this.writtenBytes(synced, time)
    this.#advance(time)
    this.#root = entries
    this.#batch = {}
    for (const { path, file } of tornFiles(before, entries, random)) {
      this.#operate(path, time, (parent, name) => parent.set(this.#batch, name, file))
    }
    return unsynced_bytes
  }

  /** @internal A restore has created this path: applications do not use it until it is released. */
  reserve(path: string): void {
    this.#restored.add(path)
  }

  /** Whether a restore has created this path and not yet released it. */
  isReserved(path: string): boolean {
    return this.#restored.size > 0 && this.#restored.has(path)
  }

  /** Releases restored paths to the application. */
  release(): void {
    this.#restored.clear()
  }

  /** Puts a new entry, or removes one; either changes the directory. */
  #enter(parent: DirectoryNode, name: NameBytes, node: TreeNode | undefined): void {
    parent.set(this.#batch, name, node)
    parent.setMetadata(this.#batch, { ...parent.metadata, mtime_ns: this.#nanoseconds(this.#time) })
  }

  /** Sets a new state of a file under all its names. */
  #update(path: string, time: Instant, change: (file: FileNode) => FileNode): void {
    this.#advance(time)
    const before = asFile(this.#root.lookup(path), path)
    const after = change(before)
    const paths = before.link === undefined ? [path] : this.#namesOf(before.link)
    const put = (parent: DirectoryNode, name: NameBytes): void => parent.set(this.#batch, name, after)
    for (const each of paths) this.#change(each, put)
  }

  #namesOf(link: string): string[] {
    const paths: string[] = []
    this.#root.forEachFile((path, file) => {
      if (file.link === link) paths.push(path)
    })
    return paths
  }

  /** Performs a change in the directory that holds a path, and updates the totals of the directories above. */
  #operate(path: string, time: Instant, change: (parent: DirectoryNode, name: NameBytes) => void): void {
    if (path === '') throw new FileSystemError('the root directory cannot be replaced')
    this.#advance(time)
    const folder = parentPath(path)
    // Checked first, so that a failing operation changes nothing.
    if (this.#root.lookup(folder)?.kind !== 'directory') throw new FileSystemError(`there is no directory ${folder}`)
    this.#change(path, change)
  }

  /** The same in a directory that is there. */
  #change(path: string, change: (parent: DirectoryNode, name: NameBytes) => void): void {
    const root = this.#root.ownedBy(this.#batch)
    root.changeAt(this.#batch, path, 0, change)
    this.#root = root
  }

  /** The current state becomes history when time goes on. */
  #advance(time: Instant): void {
    if (!(time >= this.#time)) throw new RangeError(`operations come in order of time: ${time} is before ${this.#time}`)
    if (time === this.#time) return
    this.#history.add({
      time: this.#time,
      root: this.root,
      writes: this.#writes,
      written_bytes: this.#written_bytes,
    })
    this.#writes = []
    this.#time = time
  }

  #note(path: string, bytes: number, by: Writer = 'application'): void {
    if (by !== 'application' || bytes === 0) return
    this.#writes.push({ path, bytes })
    this.#written_bytes += bytes
  }

  #metadata(mode: number, given: Partial<EntryMetadata> = {}): EntryMetadata {
    return { ...OWNER, mode, mtime_ns: this.#nanoseconds(this.#time), ...given }
  }

  #modified(file: FileNode, given?: Partial<EntryMetadata>): EntryMetadata {
    const modified = { ...file.metadata, mtime_ns: this.#nanoseconds(this.#time) }
    return given === undefined ? modified : { ...modified, ...given }
  }

  #nanoseconds(time: Instant): bigint {
    if (this.#mtime.time !== time) {
      const seconds = Math.floor(time)
      this.#mtime = { time, ns: BigInt(seconds) * 1_000_000_000n + BigInt(Math.round((time - seconds) * 1e9)) }
    }
    return this.#mtime.ns
  }
}

function asFile(node: TreeNode | undefined, path: string): FileNode {
  if (node?.kind === 'file') return node
  throw new FileSystemError(node === undefined ? `there is no file ${path}` : `${path} is a ${node.kind}, not a file`)
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
