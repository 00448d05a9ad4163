import { closeSync, fstatSync, lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { resolve } from 'node:path'
import { FileSystemError, FileUnreadableError } from '../../../engine/errors.ts'
import type {
  ByteRange,
  Content,
  ExtendedAttributes,
  FileSystem,
  Instant,
  NameBytes,
  SmallFiles,
  SourceEntry,
  SourceTree,
  SubKeys,
} from '../../../engine/ports.ts'
import { deviceOf, kindOf, localAccounts, metadataOf } from '../entry-metadata.ts'
import { attributesAt } from './extended-attributes.ts'
import { readAll } from '../file-bytes.ts'
import { isIdentical, isUnchanged, openToRead } from './file-state.ts'
import type { FileState } from './file-state.ts'
import { FileWindows } from './file-windows.ts'
import { linuxCalls } from '../linux-calls.ts'
import type { LinuxCalls } from '../linux-calls.ts'
import { closeDirectories, reachable } from '../long-paths.ts'
import { ReadingThreads } from '../threads/reading-threads.ts'
import { ReadingHere } from './reading-here.ts'
import { SourceSelection } from './source-selection.ts'
import type { SourceSelectionOptions } from './source-selection.ts'
import { fileSystemError, isSystemError } from '../system-errors.ts'
import { threadPool, threadsByDefault } from '../threads/thread-pool.ts'

export interface DirectorySourceOptions extends SourceSelectionOptions {
  /** Directories that are left out with their contents: the repository, when it is inside what is backed up. */
  readonly except?: readonly string[]
  /** Called with entries that cannot be examined and are therefore not in the tree. */
  readonly onSkipped?: (path: string, reason: string) => void
  /** Called for entries that are in the tree without their extended attributes, which could not be read. */
  readonly onIncomplete?: (reason: string) => void
  /** Called with entries that are excluded, and with directories whose contents are. */
  readonly onExcluded?: (path: string) => void
  /** Known changes of files. */
  readonly changes?: ChangedRanges
  /**
   * Threads that read small files, in addition to other threads. Default: one per core, up to eight, and none with a
   * single core.
   */
  readonly threads?: number
  /** Files may be unchanged although their inode numbers differ: some file systems assign them anew at each mount. */
  readonly ignoreInode?: boolean
  /** Files with the same size and mtime, which any program can set, count as unchanged although their ctime differs. */
  readonly ignoreCtime?: boolean
}

/** Where files have changed since an earlier backup, as reported by whoever holds the disk: a hypervisor, a volume manager. */
export interface ChangedRanges {
  /** Id of the snapshot that the changes are relative to. */
  readonly since: string
  /** By path below the directory, as bytes. A changed file that is not listed is read whole. */
  readonly files: ReadonlyMap<NameBytes, readonly ByteRange[]>
}

/**
 * A directory to back up, as it is while being read: ordinary file systems have no snapshots, so `unchanged` detects
 * files that change meanwhile. Symbolic links are recorded, not followed. Names are bytes. Extended attributes are read
 * where `linuxCalls` are available.
 */
export function directorySource(directory: string, options: DirectorySourceOptions = {}): FileSystem {
  return { snapshot: async () => new DirectoryTree(resolve(directory), options) }
}

/** Lets an entry be found again, and records its state. */
class Handle implements FileState {
  /** Bytes as latin1. */
  readonly path: string
  readonly device: bigint
  readonly inode: bigint
  readonly size: bigint
  readonly mtime_ns: bigint
  readonly ctime_ns: bigint

  constructor(path: string, stat: BigIntStats) {
    this.path = path
    this.device = stat.dev
    this.inode = stat.ino
    this.size = stat.size
    this.mtime_ns = stat.mtimeNs
    this.ctime_ns = stat.ctimeNs
  }
}

/**
 * A file that changed less than this before the cut may change again within the same tick of its file system's clock (2
 * s on FAT, 1 s on some, 10 ms on most), so its times cannot vouch for its content.
 */
const SETTLED_S = 2
/**
 * A file written just before may hold data where its file system still reports a hole (OpenZFS issue 15526, until its
 * next transaction group, 5 s by default), so it is read.
 */
const HOLES_SETTLED_S = 30
/** Longest time without handling signals, such as Ctrl-C. */
const BREATH_MS = 100

class DirectoryTree implements SourceTree {
  readonly time: Instant
  readonly root: SourceEntry
  private readonly options: DirectorySourceOptions
  private readonly accounts = localAccounts()
  private readonly calls = linuxCalls()
  readonly extendedAttributes?: NonNullable<SourceTree['extendedAttributes']>
  private readonly selection: SourceSelection
  private readonly excepted: ReadonlyArray<Pick<BigIntStats, 'dev' | 'ino'>>
  /** Files being read, by path. */
  private readonly open = new Map<string, number>()
  private breathed_ms = performance.now()
  private readonly windows = new FileWindows()
  /** The file last read whole, if it was unchanged since it was listed. */
  private unchangedWhole: Handle | undefined
  readonly changedBlocks?: NonNullable<SourceTree['changedBlocks']>

  constructor(directory: string, options: DirectorySourceOptions) {
    this.options = options
    this.time = Date.now() / 1000
    this.excepted = (options.except ?? []).flatMap(identityOf)
    const path = Buffer.from(directory).toString('latin1')
    const stat = this.look(path)
    if (stat === undefined) throw new FileSystemError(`cannot back up ${directory}: there is nothing of this name`)
    if (!stat.isDirectory()) throw new FileSystemError(`cannot back up ${directory}: it is not a directory`)
    this.root = this.entry('', path, stat)
    this.selection = new SourceSelection(path, options)
    const { calls } = this
    // Attributes change without the mtime: where nothing else vouches for them they are read with each entry.
    if (calls !== undefined && options.ignoreCtime !== true)
      this.extendedAttributes = async (entry) => this.attributesOf(calls, entry)
    const { changes } = options
    if (changes !== undefined)
      this.changedBlocks = async (_file, { snapshot, path: below }) =>
        snapshot === changes.since ? changes.files.get(below) : undefined
  }

  /** Everything else here is synchronous: this lets signals such as Ctrl-C be handled now and then. */
  private async breathe(): Promise<void> {
    const now_ms = performance.now()
    if (now_ms - this.breathed_ms < BREATH_MS) return
    this.breathed_ms = now_ms
    await new Promise((served) => setImmediate(served))
  }

  async list(directory: SourceEntry): Promise<readonly SourceEntry[]> {
    const { path } = handleOf(directory)
    await this.breathe()
    const entries: SourceEntry[] = []
    for (const name of this.namesIn(directory)) {
      const below = path.endsWith('/') ? path + name : `${path}/${name}`
      try {
        const isOnTheWay = this.selection.leading(below) !== undefined
        const stat = isOnTheWay ? this.lookThrough(below) : this.look(below)
        // Deleted since the directory was read, so it is not part of the state.
        if (stat === undefined || this.isExcepted(stat)) continue
        if (isOnTheWay || !this.selection.excludes(below, stat)) entries.push(this.entry(name, below, stat))
        else this.options.onExcluded?.(shown(below))
      } catch (error) {
        if (!(error instanceof FileSystemError) || this.options.onSkipped === undefined) throw error
        this.options.onSkipped(shown(below), error.message)
      }
    }
    return entries
  }

  /** In ascending order. */
  private namesIn(directory: SourceEntry): readonly NameBytes[] {
    const { path, device } = handleOf(directory)
    const leading = this.selection.leading(path)
    if (leading !== undefined) return leading
    if (this.selection.isElsewhere(device)) return []
    let names: string[]
    try {
      names = readdirSync(reachable(path), { encoding: 'latin1' })
    } catch (error) {
      const failure = fileSystemError(error, `cannot list ${shown(path)}`)
      const isWhole = this.options.onSkipped === undefined || directory === this.root
      if (isWhole || !(failure instanceof FileSystemError)) throw failure
      this.options.onSkipped?.(shown(path), failure.message)
      return []
    }
    const marker = directory === this.root ? undefined : this.selection.markerIn(path, names)
    if (marker === undefined) return names.sort(byBytes)
    this.options.onExcluded?.(shown(path))
    return [marker]
  }

  smallFiles(keys: SubKeys): SmallFiles {
    const { threads = threadsByDefault() } = this.options
    return threads > 1 ? new ReadingThreads(threadPool(threads), keys, handleOf) : new ReadingHere(keys, handleOf)
  }

  async read(file: SourceEntry, offset: number, length: number): Promise<Content> {
    const handle = handleOf(file)
    const wanted = wantedBytes(handle, offset, length)
    try {
      const bytes = readAll(this.descriptor(handle), offset, offset + wanted)
      this.closeAtEnd(handle, offset, bytes.length, wanted)
      return bytes
    } catch (error) {
      throw this.unreadable(handle, error)
    }
  }

  async readAfter(rest: Content | undefined, file: SourceEntry, offset: number, length: number): Promise<Content> {
    const handle = handleOf(file)
    const wanted = wantedBytes(handle, offset, length)
    const following = wantedBytes(handle, offset + wanted, length)
    try {
      if (offset === 0 && following === 0) return await this.readWhole(handle, wanted)
      const descriptor = this.descriptor(handle)
      const next = { file: descriptor, offset: offset + wanted, length: following }
      const window = { file: descriptor, offset, length: wanted }
      const content = await this.windows.read(rest, window, following > 0 ? next : undefined)
      this.closeAtEnd(handle, offset, content.length - (rest?.length ?? 0), wanted)
      return content
    } catch (error) {
      throw this.unreadable(handle, error)
    }
  }

  /** A file that fits in one window is examined once, after it has been read. */
  private async readWhole(handle: Handle, length: number): Promise<Content> {
    this.unchangedWhole = undefined
    const file = this.openFile(handle)
    const content = await this.windows.read(undefined, { file, offset: 0, length }, undefined)
    const stat = this.requireSame(file, handle)
    if (isUnchanged(stat, handle)) this.unchangedWhole = handle
    this.closeFile(handle.path)
    return content
  }

  holeAfter(file: SourceEntry, offset: number, least_bytes: number): ByteRange | undefined {
    const handle = handleOf(file)
    const { calls } = this
    const isSettled = Number(handle.ctime_ns) / 1e9 <= this.time - HOLES_SETTLED_S
    if (calls === undefined || file.metadata.sparse !== true || !isSettled) return undefined
    try {
      const descriptor = this.descriptor(handle)
      const next = (from: number): ByteRange | undefined => calls.holeAfter(descriptor, from, Number(handle.size))
      for (let hole = next(offset); hole !== undefined; hole = next(hole.end))
        if (hole.end - hole.start >= least_bytes) return hole
      return undefined
    } catch (error) {
      throw this.unreadable(handle, error)
    }
  }

  private descriptor(handle: Handle): number {
    const known = this.open.get(handle.path)
    if (known !== undefined) return known
    const file = this.openFile(handle)
    this.requireSame(file, handle)
    return file
  }

  private closeAtEnd({ path, size }: Handle, offset: number, read: number, wanted: number): void {
    if (read < wanted || offset + read >= size) this.closeFile(path)
  }

  private unreadable({ path }: Handle, error: unknown): unknown {
    this.closeFile(path)
    const failure = fileSystemError(error, `cannot read ${shown(path)}`)
    return failure instanceof FileSystemError ? new FileUnreadableError(failure.message, { cause: error }) : failure
  }

  async unchanged(file: SourceEntry): Promise<boolean> {
    const handle = handleOf(file)
    if (this.unchangedWhole === handle) return true
    if (this.open.has(handle.path)) await this.windows.settle()
    this.closeFile(handle.path)
    const stat = this.look(handle.path)
    return stat !== undefined && isUnchanged(stat, handle)
  }

  async release(): Promise<void> {
    await this.windows.settle()
    for (const path of this.open.keys()) this.closeFile(path)
    closeDirectories()
  }

  private entry(name: string, path: string, stat: BigIntStats): SourceEntry {
    const kind = kindOf(stat)
    const metadata = metadataOf(stat, this.accounts)
    const entry: { -readonly [K in keyof SourceEntry]: SourceEntry[K] } = {
      name,
      kind,
      metadata,
      handle: new Handle(path, stat),
    }
    if (this.options.ignoreCtime === true && this.calls !== undefined) {
      const extendedAttributes = this.attributesOf(this.calls, entry)
      if (extendedAttributes !== undefined) entry.metadata = { ...metadata, extendedAttributes }
    }
    if (kind === 'directory') return entry
    if (stat.nlink > 1n) entry.hardLink = `${stat.dev}:${stat.ino}`
    if (kind === 'file') {
      entry.size = Number(stat.size)
      if (Number(stat.ctimeNs) / 1e9 <= this.time - SETTLED_S) entry.version = versionOf(stat, this.options)
    }
    if (kind === 'symlink') entry.symlinkTarget = this.readLink(path)
    if (kind === 'block-device' || kind === 'character-device') entry.device = deviceOf(stat.rdev)
    return entry
  }

  private attributesOf(calls: LinuxCalls, entry: SourceEntry): ExtendedAttributes | undefined {
    const { path } = handleOf(entry)
    try {
      return attributesAt(calls, reachable(path))
    } catch (error) {
      const failure = fileSystemError(error, `cannot read the extended attributes of ${shown(path)}`)
      if (!(failure instanceof FileSystemError) || this.options.onIncomplete === undefined) throw failure
      this.options.onIncomplete(failure.message)
      return undefined
    }
  }

  private readLink(path: string): string {
    try {
      return readlinkSync(reachable(path), { encoding: 'latin1' })
    } catch (error) {
      throw fileSystemError(error, `cannot read the symbolic link ${shown(path)}`)
    }
  }

  private look(path: string): BigIntStats | undefined {
    try {
      return lstatSync(reachable(path), { bigint: true })
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
      throw fileSystemError(error, `cannot look at ${shown(path)}`)
    }
  }

  /** The same for the target of a symbolic link whose contents are wanted. */
  private lookThrough(path: string): BigIntStats | undefined {
    return statSync(reachable(path), { bigint: true, throwIfNoEntry: false })
  }

  private isExcepted(stat: BigIntStats): boolean {
    return this.excepted.some(({ dev, ino }) => stat.ino === ino && stat.dev === dev)
  }

  private openFile(handle: Handle): number {
    const file = openToRead(reachable(handle.path))
    this.open.set(handle.path, file)
    return file
  }

  private requireSame(file: number, handle: Handle): BigIntStats {
    const stat = fstatSync(file, { bigint: true })
    if (isIdentical(stat, handle)) return stat
    throw new FileSystemError(`cannot read ${shown(handle.path)}: another file has taken its place`)
  }

  private closeFile(path: string): void {
    const file = this.open.get(path)
    if (file === undefined) return
    this.open.delete(path)
    closeSync(file)
  }
}

/** Every write to a file, and every change of its times, updates its ctime, which no program can set. */
function versionOf({ ino, size, ctimeNs, mtimeNs }: BigIntStats, options: DirectorySourceOptions): string {
  const { ignoreInode, ignoreCtime } = options
  return `${ignoreInode === true ? '' : ino}:${size}:${ignoreCtime === true ? `m${mtimeNs}` : ctimeNs}`
}

const wantedBytes = ({ size }: Handle, offset: number, length: number): number =>
  Math.max(0, Math.min(length, Number(size) - offset))

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)

/** A path of bytes as text for messages. */
const shown = (path: string): string => Buffer.from(path, 'latin1').toString('utf8')

function handleOf(entry: SourceEntry): Handle {
  if (entry.handle instanceof Handle) return entry.handle
  throw new TypeError('an entry of another file system was given to a directory source')
}

function identityOf(directory: string): BigIntStats[] {
  const stat = lstatSync(directory, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? [] : [stat]
}
