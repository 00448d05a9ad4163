import { closeSync } from 'node:fs'
import type { NameBytes } from '../../../engine/ports.ts'
import { WRITTEN_BEHIND_BYTES, WriteBehind } from './write-behind.ts'

/** Files kept open between writes; a restore in the order of packs writes to many files in turn. */
const OPEN_FILES = 256

/** The files that a restore has open: so many at most, those that have not been used for longest are closed. */
export class OpenFiles {
  /** Descriptors by path, the least recently used first. */
  readonly #open = new Map<NameBytes, number>()
  /** Large files that are open. */
  readonly #behind = new Map<NameBytes, WriteBehind>()

  get(path: NameBytes): number | undefined {
    const file = this.#open.get(path)
    if (file === undefined) return undefined
    this.#open.delete(path)
    this.#open.set(path, file)
    return file
  }

  /** @param size of a file that will be written: large ones are handed to the disk as they grow */
  add(path: NameBytes, file: number, size = 0): void {
    const [oldest] = this.#open.keys()
    if (this.#open.size >= OPEN_FILES && oldest !== undefined) this.close(oldest)
    this.#open.set(path, file)
    if (size >= WRITTEN_BEHIND_BYTES) this.#behind.set(path, new WriteBehind(file))
  }

  /** Bytes [start, end) of an open file have been written. */
  wrote(path: NameBytes, start: number, end: number): void {
    this.#behind.get(path)?.wrote(start, end)
  }

  /** Closes a file, if it is open. */
  close(path: NameBytes): void {
    const file = this.#open.get(path)
    if (file === undefined) return
    this.#open.delete(path)
    this.#behind.get(path)?.end()
    this.#behind.delete(path)
    closeSync(file)
  }

  closeAll(): void {
    for (const path of this.#open.keys()) this.close(path)
  }
}
