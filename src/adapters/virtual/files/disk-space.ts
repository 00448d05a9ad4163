import { FileSystemError } from '../../../engine/errors.ts'
import type { DirectoryNode } from './file-tree.ts'
import { sizeText } from '../size-text.ts'

/** The disk, or the quota of a directory, has no room for a write, of which nothing has been written. */
export class NoSpaceError extends FileSystemError {
  override readonly name = 'NoSpaceError'
}

/** How much a file system may hold: limited by its disk, which it may share with others, and by quotas of directories. */
export class DiskSpace {
  /** Bytes that are free on the disk. */
  free: () => number = () => Infinity
  readonly #quotas: Map<string, number>

  constructor(origin?: DiskSpace) {
    this.#quotas = new Map(origin === undefined ? [] : origin.#quotas)
  }

  /** Bytes that a directory may hold with everything below it; Infinity removes the quota. */
  setQuota(directory: string, bytes: number): void {
    if (bytes === Infinity) this.#quotas.delete(directory)
    else this.#quotas.set(directory, bytes)
  }

  /** @throws NoSpaceError when `path` may not grow by so many bytes */
  claim(root: DirectoryNode, path: string, bytes: number): void {
    if (bytes <= 0) return
    const free = this.free()
    if (bytes > free)
      throw new NoSpaceError(`no space left on the disk: ${path} needs ${sizeText(bytes)}, ${sizeText(free)} are free`)
    for (const [directory, quota] of this.#quotas) {
      if (directory !== '' && !path.startsWith(`${directory}/`)) continue
      const node = root.lookup(directory)
      const used = node?.kind === 'directory' ? node.bytes : 0
      if (used + bytes > quota) {
        const place = directory === '' ? 'the filesystem' : directory
        throw new NoSpaceError(
          `the quota of ${place} is used up: ${sizeText(used)} of ${sizeText(quota)}, and ${path} needs ${sizeText(bytes)}`,
        )
      }
    }
  }
}
