import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { BlobNotFoundError, ObjectLockedError, StoreUnavailableError } from '../../engine/errors.ts'
import type { BlobInfo, BlobStore, ByteRange, Content, Instant, PutOptions } from '../../engine/ports.ts'
import type { Bandwidth, TransferLimits } from './bandwidth.ts'
import { fsyncDirectory, readAll, readInto, writeAll, writeAllAside } from './file-bytes.ts'
import { heldBytes } from '../../engine/bytes/held-bytes.ts'
import { linuxCalls } from './linux-calls.ts'
import { isSystemError, storeError } from './system-errors.ts'

export interface DirectoryStoreOptions {
  /** Fsyncs blobs and their directories before `put` resolves. Only tests that discard the store may do without. */
  readonly durable?: boolean
  readonly limits?: TransferLimits
}

/** Prefix of the names of unfinished blobs, which no blob may have. */
const UNFINISHED = '.unfinished-'

/** Unfinished blobs older than this belong to writers that died. */
const ABANDONED_S = 24 * 3600

/**
 * A blob store in a directory: one file per blob, with the blob's name. A blob is written under a temporary name,
 * fsynced, linked to its name (which fails when the name is taken, unlike a rename) and the directory fsynced, so that
 * after a crash a blob exists completely or not at all. The work is synchronous, except where packs wait: measured,
 * this costs a quarter of what promises cost.
 *
 * Object lock follows the convention of WORM shares (SnapLock, SmartLock and the like): the access time is set to the
 * end of the lock, and the file is made read-only. Such a share then protects it against everybody. On any other disk
 * the lock binds only this program, not others who may write there.
 */
export function directoryStore(directory: string, options: DirectoryStoreOptions = {}): BlobStore {
  return new DirectoryStore(directory, options.durable ?? true, options.limits ?? {})
}

/** Blobs of this size or more are written on another thread. */
const ASIDE_BYTES = 1024 * 1024

const fsyncAside = promisify(fsync)

const ANY_MAY_WRITE = 0o222

class DirectoryStore implements BlobStore {
  readonly name: string
  readonly givesAway = true
  readonly copies = true
  private readonly durable: boolean
  private readonly limits: TransferLimits
  private unfinished = 0
  /** Folders known to exist, with their entry in the parent durable. */
  private readonly folders = new Set<string>()

  constructor(directory: string, durable: boolean, limits: TransferLimits) {
    this.name = directory
    this.durable = durable
    this.limits = limits
  }

  async put(name: string, parts: readonly Content[], { lockUntil }: PutOptions = {}): Promise<void> {
    const path = this.pathOf(name)
    const folder = dirname(path)
    try {
      this.createFolder(folder)
      const draft = join(folder, `${UNFINISHED}${process.pid}-${Date.now().toString(36)}-${this.unfinished++}`)
      const file = openSync(draft, 'wx', 0o600)
      try {
        try {
          const { upload } = this.limits
          if (upload === undefined) await write(file, parts.map(heldBytes), this.durable)
          else await writePaced(file, parts.map(heldBytes), this.durable, upload)
        } finally {
          closeSync(file)
        }
        giveName(draft, path)
        if (lockUntil !== undefined) this.lock(path, lockUntil)
      } catch (error) {
        rmSync(draft, { force: true })
        throw error
      }
      if (this.durable) fsyncDirectory(folder)
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR'))
        throw new StoreUnavailableError(`cannot write ${name} to ${this.name}: the directory is not there`, {
          cause: error,
        })
      throw storeError(error, name, `cannot write ${name} to ${this.name}`)
    }
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    const path = this.pathOf(name)
    try {
      const file = openForReading(path)
      try {
        const { size } = fstatSync(file)
        const start = Math.min(range?.start ?? 0, size)
        const end = Math.max(start, Math.min(range?.end ?? size, size))
        const { download } = this.limits
        return download === undefined ? readAll(file, start, end) : await readPaced(file, start, end, download)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      throw storeError(error, name, `cannot read ${name} from ${this.name}`)
    }
  }

  async stat(name: string): Promise<BlobInfo> {
    const info = this.lookAt(this.pathOf(name), name)
    if (info === undefined) throw new BlobNotFoundError(`there is no ${name} in ${this.name}`)
    return info
  }

  /** Each folder is read when the listing reaches it, and each blob examined when it is its turn. */
  async *list(prefix: string): AsyncIterable<BlobInfo> {
    const slash = prefix.lastIndexOf('/')
    yield* this.listFolder(prefix.slice(0, slash + 1), prefix.slice(slash + 1))
  }

  async delete(name: string): Promise<void> {
    const path = this.pathOf(name)
    try {
      const lockedUntil = this.lookAt(path, name)?.lockedUntil
      if (lockedUntil !== undefined)
        throw new ObjectLockedError(
          `cannot delete ${name} from ${this.name}: it is locked until ${new Date(lockedUntil * 1000).toISOString()}`,
        )
      unlinkSync(path)
      if (this.durable) fsyncDirectory(dirname(path))
    } catch (error) {
      throw storeError(error, name, `cannot delete ${name} from ${this.name}`)
    }
  }

  async extendLock(name: string, until: Instant, to: Instant = until): Promise<Instant> {
    const { lockedUntil } = await this.stat(name)
    if (lockedUntil !== undefined && lockedUntil >= until) return lockedUntil
    try {
      this.lock(this.pathOf(name), to)
    } catch (error) {
      throw storeError(error, name, `cannot extend the lock of ${name} in ${this.name}`)
    }
    return to
  }

  /** First the time, then the mode, which triggers the protection on a WORM share. */
  private lock(path: string, until: Instant): void {
    const file = openForReading(path)
    try {
      // Such shares keep whole seconds.
      futimesSync(file, Math.ceil(until), fstatSync(file).mtimeMs / 1000)
      chmodSync(path, 0o400)
      if (this.durable) fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  /** @param folder '' or a name that ends in '/' */
  private *listFolder(folder: string, prefix: string): Generator<BlobInfo> {
    let names: string[]
    const path = join(this.name, folder)
    try {
      // A folder sorts as its blobs do, by its name and the slash that follows; 'a-b' comes before 'a/b'.
      names = readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.name.startsWith(prefix) && !entry.name.startsWith('.'))
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort((a, b) => (a < b ? -1 : 1))
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return
      throw storeError(error, folder, `cannot list ${folder}* of ${this.name}`)
    }
    for (const name of names)
      if (name.endsWith('/')) yield* this.listFolder(folder + name, '')
      else {
        const info = this.lookAt(join(path, name), folder + name)
        if (info !== undefined) yield info
      }
  }

  private lookAt(path: string, name: string): BlobInfo | undefined {
    try {
      const stat = lstatSync(path)
      if (!stat.isFile()) return undefined
      const isLocked = (stat.mode & ANY_MAY_WRITE) === 0 && stat.atimeMs > Date.now()
      const lock = isLocked ? { lockedUntil: Math.floor(stat.atimeMs / 1000) } : {}
      return { name, size: stat.size, created: stat.mtimeMs / 1000, ...lock }
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
      throw storeError(error, name, `cannot look at ${name} in ${this.name}`)
    }
  }

  private createFolder(folder: string): void {
    if (this.folders.has(folder)) return
    const missing: string[] = []
    for (let at = folder; !this.folders.has(at); at = dirname(at)) {
      missing.push(at)
      if (at === this.name || at === dirname(at)) break
    }
    for (const path of missing.reverse()) {
      // The store's own directory must exist: otherwise an unmounted disk would fill up its mount point.
      if (path !== this.name)
        try {
          mkdirSync(path, 0o700)
          if (this.durable) fsyncDirectory(dirname(path))
        } catch (error) {
          if (!isSystemError(error, 'EEXIST')) throw error
        }
      this.removeAbandoned(path)
      this.folders.add(path)
    }
  }

  /** Removes what writers left that died before they could name their blob. */
  private removeAbandoned(folder: string): void {
    for (const name of readdirSync(folder))
      if (name.startsWith(UNFINISHED)) {
        const path = join(folder, name)
        const stat = lstatSync(path, { throwIfNoEntry: false })
        if (stat !== undefined && Date.now() / 1000 - stat.mtimeMs / 1000 > ABANDONED_S) rmSync(path, { force: true })
      }
  }

  private pathOf(name: string): string {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(name))
      throw new TypeError(`'${name}' cannot be the name of a blob: letters, digits, '.', '_', '-' and single slashes`)
    return join(this.name, name)
  }
}

/**
 * A pack is written and made durable on another thread, because there is other work meanwhile; for a small blob the
 * overhead costs more. A pack is not read again soon: the page cache that it used is freed for the next one, so that
 * other programs' data stays cached. Measured, fresh memory for each pack takes five times as long as writing it.
 */
async function write(file: number, parts: readonly Uint8Array[], durable: boolean): Promise<void> {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0)
  if (bytes < ASIDE_BYTES) {
    writeAll(file, parts)
    if (durable) fsyncSync(file)
    return
  }
  await writeAllAside(file, parts)
  if (!durable) return
  await fsyncAside(file)
  linuxCalls()?.uncache(file)
}

/** Flushes each piece before the next: a network share would otherwise send all of them at the end. */
async function writePaced(
  file: number,
  parts: readonly Uint8Array[],
  durable: boolean,
  bandwidth: Bandwidth,
): Promise<void> {
  for (const part of parts)
    for await (const piece of bandwidth.paced(part)) {
      await writeAllAside(file, [piece])
      if (durable) await fsyncAside(file)
    }
}

async function readPaced(file: number, start: number, end: number, bandwidth: Bandwidth): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  for await (const piece of bandwidth.paced(bytes)) {
    const read = readInto(piece, 0, { file, offset: start + filled, length: piece.length })
    filled += read
    if (read < piece.length) break
  }
  return bytes.subarray(0, filled)
}

/** Leaves the access time unchanged, because it stores the end of a lock; only the owner of the file may ask for that. */
function openForReading(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOATIME ?? 0))
  } catch (error) {
    if (!isSystemError(error, 'EPERM')) throw error
    return openSync(path, 'r')
  }
}

/** Gives a finished draft its name, unless the name is taken. */
function giveName(draft: string, path: string): void {
  try {
    linkSync(draft, path)
    unlinkSync(draft)
  } catch (error) {
    // A file system without hard links (FAT, some network shares): two writers could take one name at the same time.
    if (!isSystemError(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
      throw Object.assign(new Error('exists'), { code: 'EEXIST' })
    renameSync(draft, path)
  }
}
