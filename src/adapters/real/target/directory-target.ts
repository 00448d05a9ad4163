import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { partsWithContent } from '../../../engine/bytes/holes.ts'
import { FileSystemError } from '../../../engine/errors.ts'
import type {
  Content,
  EntryKind,
  EntryMetadata,
  ExistingEntry,
  FilePart,
  NameBytes,
  RestoreTarget,
} from '../../../engine/ports.ts'
import { kindOf } from '../entry-metadata.ts'
import { readAll } from '../file-bytes.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'
import { linuxCalls } from '../linux-calls.ts'
import { closeDirectories, reachableByOthers } from '../long-paths.ts'
import { makeFolders } from '../make-folders.ts'
import { RestoredAttributes, isSystemAttribute } from './restored-attributes.ts'
import { isSystemError } from '../system-errors.ts'
import { SyncAside } from './sync-aside.ts'
import { OpenFiles } from './open-files.ts'
import { TargetPaths } from './target-paths.ts'
import { WritingThreads } from '../threads/writing-threads.ts'

export interface DirectoryTarget extends RestoreTarget {
  writeParts(parts: readonly FilePart[]): Promise<void>
  /** Makes everything restored durable. Call it once at the end: far cheaper than an fsync per file. */
  flush(): Promise<void>
}

/** More threads would only wait for one another: directories and the journal of a file system are locked. */
const THREADS_AT_MOST = 4
/** Bytes written before threads are started, because starting them takes some time. */
const WRITTEN_HERE_BYTES = 4 * 1024 * 1024

/**
 * A directory to restore to, created if missing. Nothing outside it is touched: no path leads through a symbolic link,
 * whether an older one or one from the snapshot. What is in the way of a file is replaced, except for a directory.
 * Owners are restored by root only. Extended attributes, and times finer than a microsecond, are restored where
 * `linuxCalls` are available.
 */
export function directoryTarget(directory: string, options: DirectoryTargetOptions = {}): DirectoryTarget {
  return new Target(resolve(directory), options)
}

export interface DirectoryTargetOptions {
  /** Called for entries whose extended attributes could not all be restored: the file system or the user may not. */
  readonly onIncomplete?: (reason: string) => void
  /** Threads that write files. Default: half as many as there are cores, up to four, and none with a single core. */
  readonly threads?: number
}

function threadsByDefault(): number {
  const cores = availableParallelism()
  return Math.min(THREADS_AT_MOST, cores >> 1)
}

class Target implements DirectoryTarget {
  private readonly directory: string
  private readonly paths: TargetPaths
  private readonly files = new OpenFiles()
  /** Whether a directory passes attributes to new entries, such as a default access control list. */
  private readonly folderGives = new Map<string, boolean>()
  private readonly asRoot = process.getuid?.() === 0
  private readonly uid = process.getuid?.() ?? -1
  private readonly calls = linuxCalls()
  private readonly attributes: RestoredAttributes
  /** Files in which zeros are left out. */
  private readonly sparse = new Set<string>()
  private readonly threads: WritingThreads | undefined
  /** Only where a core is free for it. */
  private readonly syncAside: SyncAside | undefined
  /** Files that have been begun in this thread and are not complete. */
  private readonly begunHere = new Set<string>()
  private writtenHere_bytes = 0

  constructor(directory: string, { onIncomplete, threads = threadsByDefault() }: DirectoryTargetOptions) {
    this.directory = directory
    this.paths = new TargetPaths(directory)
    this.attributes = new RestoredAttributes(onIncomplete)
    if (threads === 0) return
    this.threads = new WritingThreads(threads, directory, onIncomplete)
    if (process.platform === 'linux') this.syncAside = new SyncAside(directory)
  }

  async createDirectory(path: NameBytes): Promise<void> {
    this.paths.attempt(`create the directory`, path, () => {
      if (path === '') makeFolders(this.directory, 0o700)
      else {
        this.paths.requireParents(path)
        try {
          mkdirSync(this.paths.at(path), { mode: 0o700 })
        } catch (error) {
          if (!isSystemError(error, 'EEXIST')) throw error
          if (!lstatSync(this.paths.at(path)).isDirectory())
            throw new FileSystemError(
              `cannot restore the directory ${this.paths.shown(path)}: a ${this.paths.kindAt(path)} is in its place; move it away`,
            )
          // Until everything is in it, its own mode may not allow writing to it.
          chmodSync(this.paths.at(path), 0o700)
        }
      }
      this.paths.noteFolder(path)
    })
  }

  async writeParts(parts: readonly FilePart[]): Promise<void> {
    const aside: FilePart[] = []
    for (const part of parts) {
      const { path, writes, finish } = part
      const isAside =
        this.threads !== undefined &&
        this.writtenHere_bytes >= WRITTEN_HERE_BYTES &&
        writes.length > 0 &&
        !this.begunHere.has(path)
      if (isAside) aside.push(part)
      else {
        if (finish === undefined) this.begunHere.add(path)
        else this.begunHere.delete(path)
        this.writePart(part)
      }
    }
    if (aside.length > 0) await this.threads?.write(aside)
    for (const { create, finish } of parts)
      if (create !== undefined && finish !== undefined) this.syncAside?.wrote(create.size)
  }

  private writePart({ path, create, writes, finish }: FilePart): void {
    let bytes = 0
    for (const { content } of writes) bytes += content.length
    if (create !== undefined) {
      const isWhole = bytes === create.size && !create.sparse
      this.paths.attempt('create', path, () => this.make(path, isWhole ? 0 : create.size, create.sparse))
    }
    this.paths.attempt('write to', path, () => {
      for (const { offset, content } of writes) this.writeAt(path, offset, heldBytes(content))
    })
    this.writtenHere_bytes += bytes
    if (finish === undefined) return
    this.paths.attempt('set owner, mode and time of', path, () => this.finishFile(path, finish, create !== undefined))
  }

  async createFile(path: NameBytes, size: number, options: { readonly sparse?: boolean } = {}): Promise<void> {
    this.paths.attempt('create', path, () => this.make(path, size, options.sparse === true))
  }

  /** Creates a file of zeros. */
  private make(path: NameBytes, size: number, sparse: boolean): void {
    this.paths.requireParents(path)
    this.files.close(path)
    const file = this.paths.inRoom(path, (at) => openSync(at, 'wx', 0o600))
    this.files.add(path, file, size)
    if (size > 0) ftruncateSync(file, size)
    if (sparse) this.sparse.add(path)
  }

  async write(path: NameBytes, offset: number, content: Content): Promise<void> {
    this.paths.attempt('write to', path, () => this.writeAt(path, offset, heldBytes(content)))
  }

  private writeAt(path: NameBytes, offset: number, bytes: Uint8Array): void {
    const file = this.descriptor(path)
    for (const { start, end } of this.sparse.has(path)
      ? partsWithContent(bytes, offset)
      : [{ start: 0, end: bytes.length }])
      for (let done = start; done < end;) done += writeSync(file, bytes, done, end - done, offset + done)
    this.files.wrote(path, offset, offset + bytes.length)
  }

  async createSymlink(path: NameBytes, target: NameBytes): Promise<void> {
    this.paths.attempt('create the symbolic link', path, () => {
      this.paths.requireParents(path)
      this.paths.inRoom(path, (at) => symlinkSync(bytesOf(target), at))
    })
  }

  async createHardLink(path: NameBytes, existing: NameBytes): Promise<void> {
    this.paths.attempt(`link`, path, () => {
      this.paths.requireParents(existing)
      this.paths.requireParents(path)
      this.files.close(path)
      this.paths.inRoom(path, (at) => linkSync(this.paths.at(existing), at))
    })
  }

  async createSpecial(path: NameBytes, kind: EntryKind, device?: { major: number; minor: number }): Promise<void> {
    this.paths.attempt(`create the ${kind}`, path, () => {
      this.paths.requireParents(path)
      this.files.close(path)
      this.paths.makeRoom(path)
      const letter = { fifo: 'p', 'block-device': 'b', 'character-device': 'c' }[kind as string]
      // A socket is created by the program that listens on it.
      if (letter === undefined) return
      const numbers = device === undefined ? [] : [String(device.major), String(device.minor)]
      // Node cannot create such files. The shell passes the name on byte by byte, which Node's arguments do not.
      const octal = Array.from(reachableByOthers(this.paths.whole(path)), (byte) => `\\0${byte.toString(8)}`).join('')
      const script = 'name=$(printf %b. "$1"); shift; exec mknod -m 600 -- "${name%.}" "$@"'
      const { status, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', octal, letter, ...numbers])
      if (status !== 0)
        throw new FileSystemError(
          `cannot create the ${kind} ${this.paths.shown(path)}: ${String(stderr ?? 'no shell').trim()}`,
        )
    })
  }

  async finish(path: NameBytes, kind: EntryKind, metadata: EntryMetadata): Promise<void> {
    this.paths.attempt('set owner, mode and time of', path, () => {
      if (kind === 'socket') return
      if (kind === 'file') return this.finishFile(path, metadata, false)
      if (path !== '') this.paths.requireParents(path)
      if (kind === 'directory') this.folderGives.delete(path)
      const time = settableTime(metadata.mtime_ns)
      const at = this.paths.at(path)
      this.giveAttributes(at, metadata, true, () => {
        if (this.asRoot) lchownSync(at, metadata.uid, metadata.gid)
        if (kind !== 'symlink') chmodSync(at, this.modeOf(metadata))
      })
      if (this.calls !== undefined) this.calls.setTime(at, metadata.mtime_ns)
      else if (kind === 'symlink') lutimesSync(at, time, time)
      else utimesSync(at, time, time)
    })
  }

  /** @param isNew the file has just been created, and has only what its directory passes on */
  private finishFile(path: NameBytes, metadata: EntryMetadata, isNew: boolean): void {
    const file = this.changeable(path)
    this.giveAttributes(this.paths.at(path), metadata, !isNew || this.isGivenAttributes(path), () => {
      if (this.asRoot) fchownSync(file, metadata.uid, metadata.gid)
      fchmodSync(file, this.modeOf(metadata))
    })
    const time = settableTime(metadata.mtime_ns)
    if (this.calls === undefined) futimesSync(file, time, time)
    else this.calls.setFileTime(file, metadata.mtime_ns)
    this.sparse.delete(path)
    this.files.close(path)
  }

  /** Set-uid and set-gid lend the rights of the recorded owner; they must not lend another's. */
  private modeOf({ uid, mode }: EntryMetadata): number {
    return this.asRoot || uid === this.uid ? mode : mode & 0o1777
  }

  /**
   * Restores the attributes, owner and mode of an entry, in this order: without root most attributes can be set only
   * while the mode allows writing. A change of owner removes capabilities and one of mode shifts the mask of an access
   * control list, so these two follow last.
   */
  private giveAttributes(
    at: Buffer,
    { extendedAttributes: wanted = [] }: EntryMetadata,
    mayHaveOthers: boolean,
    giveOwnerAndMode: () => void,
  ): void {
    if (mayHaveOthers) this.attributes.removeOthers(at, wanted)
    this.attributes.set(
      at,
      wanted.filter(([name]) => !isSystemAttribute(name)),
    )
    giveOwnerAndMode()
    this.attributes.set(
      at,
      wanted.filter(([name]) => isSystemAttribute(name)),
    )
  }

  /** Whether a new entry at a path already has attributes. */
  private isGivenAttributes(path: NameBytes): boolean {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    let gives = this.folderGives.get(folder)
    if (gives === undefined) this.folderGives.set(folder, (gives = this.attributes.has(this.paths.at(folder))))
    return gives
  }

  async existing(path: NameBytes): Promise<ExistingEntry | undefined> {
    const stat = this.paths.look(path)
    return stat === undefined ? undefined : { kind: kindOf(stat), size: Number(stat.size), mtime_ns: stat.mtimeNs }
  }

  async list(path: NameBytes): Promise<Array<{ name: NameBytes; kind: EntryKind }>> {
    const directory = this.paths.look(path)
    if (directory?.isDirectory() !== true || !this.paths.hasFoldersAbove(path)) return []
    const entries: Array<{ name: NameBytes; kind: EntryKind }> = []
    for (const name of this.paths.attempt('list', path, () =>
      readdirSync(this.paths.at(path), { encoding: 'latin1' }),
    )) {
      const stat = this.paths.look(path === '' ? name : `${path}/${name}`)
      if (stat?.dev === directory.dev) entries.push({ name, kind: kindOf(stat) })
    }
    return entries
  }

  async takeAway(path: NameBytes, kind: EntryKind): Promise<void> {
    this.paths.attempt('remove', path, () => {
      this.paths.requireParents(path)
      this.files.close(path)
      if (kind === 'directory') rmdirSync(this.paths.at(path))
      else unlinkSync(this.paths.at(path))
      this.paths.noteRemoved(path)
    })
  }

  async read(path: NameBytes, offset: number, length: number): Promise<Content> {
    return this.paths.attempt('read', path, () => {
      this.paths.requireParents(path)
      const file = openSync(this.paths.at(path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
      try {
        return readAll(file, offset, offset + length)
      } finally {
        closeSync(file)
      }
    })
  }

  async flush(): Promise<void> {
    this.files.closeAll()
    closeDirectories()
    await this.threads?.end()
    await this.syncAside?.end()
    if (process.platform === 'win32') return
    const { status } = spawnSync('sync', process.platform === 'linux' ? ['-f', this.directory] : [])
    if (status !== 0) throw new FileSystemError(`cannot make ${this.directory} durable: 'sync' failed`)
  }

  private descriptor(path: NameBytes): number {
    const known = this.files.get(path)
    if (known !== undefined) return known
    this.paths.requireParents(path)
    const file = openSync(this.paths.at(path), constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0))
    this.files.add(path, file)
    return file
  }

  /** Opens a file to set its metadata. If an earlier restore has finished it, even its owner may not be allowed to open it. */
  private changeable(path: NameBytes): number {
    const known = this.files.get(path)
    if (known !== undefined) return known
    this.paths.requireParents(path)
    const at = this.paths.at(path)
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)
    let file: number
    try {
      file = openSync(at, flags)
    } catch (error) {
      if (!isSystemError(error, 'EACCES') || this.paths.look(path)?.isFile() !== true) throw error
      chmodSync(at, 0o600)
      file = openSync(at, flags)
    }
    this.files.add(path, file)
    fchmodSync(file, 0o600)
    return file
  }
}

const bytesOf = (path: NameBytes): Buffer => Buffer.from(path, 'latin1')

/**
 * Seconds that Node converts to exactly this microsecond: it takes a float and truncates to microseconds, and current
 * times have float steps of a quarter of one. Adding half a microsecond keeps the truncation from falling into the
 * previous one.
 */
function settableTime(time_ns: bigint): number {
  const microseconds = time_ns / 1000n - (time_ns % 1000n < 0n ? 1n : 0n)
  return (Number(microseconds) + 0.5) / 1e6
}
