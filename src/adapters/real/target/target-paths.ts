import { lstatSync, unlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { FileSystemError } from '../../../engine/errors.ts'
import type { NameBytes } from '../../../engine/ports.ts'
import { kindOf } from '../entry-metadata.ts'
import { reachable } from '../long-paths.ts'
import { fileSystemError, isSystemError } from '../system-errors.ts'

/** Paths below a directory that is restored to. None of them leads out of it: no directory on the way may be a link. */
export class TargetPaths {
  /** Bytes as latin1. */
  readonly #base: string
  /** Directories below the base known to be directories, not links. */
  readonly #folders = new Set<NameBytes>()

  constructor(directory: string) {
    this.#base = Buffer.from(directory).toString('latin1')
  }

  /** The whole path, bytes as latin1. */
  whole(path: NameBytes): NameBytes {
    return path === '' ? this.#base : `${this.#base}/${path}`
  }

  /** Valid only for an immediate call. */
  at(path: NameBytes): Buffer {
    return reachable(this.whole(path))
  }

  shown(path: NameBytes): string {
    return Buffer.from(this.whole(path), 'latin1').toString('utf8')
  }

  attempt<T>(doing: string, path: NameBytes, work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw fileSystemError(error, `cannot ${doing} ${this.shown(path)}`)
    }
  }

  /** A directory, and no link, has been made or found at a path. */
  noteFolder(path: NameBytes): void {
    this.#folders.add(path)
  }

  noteRemoved(path: NameBytes): void {
    this.#folders.delete(path)
  }

  look(path: NameBytes): BigIntStats | undefined {
    return this.attempt('look at', path, () => {
      try {
        return lstatSync(this.at(path), { bigint: true })
      } catch (error) {
        if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
        throw error
      }
    })
  }

  kindAt(path: NameBytes): string {
    const stat = this.look(path)
    return stat === undefined ? 'vanished entry' : kindOf(stat)
  }

  /** Requires that every directory above `path` is a directory; a link would lead out of the target. */
  requireParents(path: NameBytes): void {
    const last = path.lastIndexOf('/')
    if (isName(path.slice(last + 1)) && (last < 0 || (last > 0 && this.#folders.has(path.slice(0, last))))) return
    if (!path.split('/').every(isName))
      throw new FileSystemError(`cannot restore '${this.shown(path)}': it is no path inside a snapshot`)
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash)
      if (this.#folders.has(folder)) continue
      if (this.look(folder)?.isDirectory() !== true)
        throw new FileSystemError(
          `cannot restore ${this.shown(path)}: ${this.shown(folder)} is not a directory, and a link would lead elsewhere`,
        )
      this.#folders.add(folder)
    }
  }

  /** Whether every directory above `path` is a directory rather than a link, which could lead elsewhere. */
  hasFoldersAbove(path: NameBytes): boolean {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (this.look(path.slice(0, slash))?.isDirectory() !== true) return false
    return true
  }

  /**
   * Creates something under a name, and removes what has the name if that fails: mostly nothing has, and checking would
   * cost as much.
   */
  inRoom<T>(path: NameBytes, make: (at: Buffer) => T): T {
    const at = this.at(path)
    try {
      return make(at)
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
      this.makeRoom(path)
      return make(at)
    }
  }

  /** Removes the file, link or special file of this name. */
  makeRoom(path: NameBytes): void {
    const stat = this.look(path)
    if (stat === undefined) return
    if (stat.isDirectory())
      throw new FileSystemError(`cannot restore ${this.shown(path)}: a directory is in its place; move it away`)
    unlinkSync(this.at(path))
  }
}

const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !name.includes('\0')
