import type { SmallFiles, SourceEntry, SourceTree, WholeFile } from '../ports.ts'

/** Maximum of files begun and not needed yet: enough to keep all threads busy, in little memory. */
const FILES_AHEAD = 192
const BYTES_AHEAD = 2 * 1024 * 1024
const DIRECTORIES_AHEAD = 48

/** Position of the walk in a directory. */
interface Place {
  readonly entries: readonly SourceEntry[]
  next: number
}

/**
 * Walks a new part of the source in the order of the backup, some way ahead of it, so that other threads have read its
 * small files when the backup reaches them.
 */
export class LookAhead {
  readonly #tree: SourceTree
  readonly #files: SmallFiles
  readonly #small_bytes: number
  /** From the topmost directory to the current one. */
  readonly #places: Place[] = []
  /** Directories that the backup has not reached yet, in the order in which it will. */
  readonly #listed: Array<{ readonly directory: SourceEntry; readonly entries: Promise<readonly SourceEntry[]> }> = []
  readonly #begun: SourceEntry[] = []
  #begun_bytes = 0

  /** @param small_bytes size of the longest file that is read this way */
  constructor(tree: SourceTree, files: SmallFiles, small_bytes: number) {
    this.#tree = tree
    this.#files = files
    this.#small_bytes = small_bytes
  }

  /** Entries of a directory: the next one in depth-first order, or the topmost of a new part. */
  async list(directory: SourceEntry): Promise<readonly SourceEntry[]> {
    if (this.#listed[0]?.directory !== directory) {
      const entries = await this.#tree.list(directory)
      this.#places.push({ entries, next: 0 })
      await this.#goOn()
      return entries
    }
    const { entries } = this.#listed.shift()!
    if (this.#isNear) await this.#goOn()
    return entries
  }

  /** True when `ready` must be awaited before a file is taken. */
  isBusy(file: SourceEntry): boolean {
    return this.#begun[0] === file && (this.#isNear || this.#files.busy)
  }

  async ready(): Promise<void> {
    if (this.#isNear) await this.#goOn()
    if (this.#files.busy) await this.#files.ready()
  }

  /** The content of a file; undefined where it has to be read in another way. Valid until the next call. */
  take(file: SourceEntry): WholeFile | undefined {
    if (this.#begun[0] !== file) return undefined
    this.#begun.shift()
    this.#begun_bytes -= file.size ?? 0
    return this.#files.take(file)
  }

  /**
   * Walking on at every step would take longer than several steps at once; when everything has been walked there is
   * nothing to do.
   */
  get #isNear(): boolean {
    return (
      this.#places.length > 0 &&
      this.#begun.length <= FILES_AHEAD / 2 &&
      this.#begun_bytes <= BYTES_AHEAD / 2 &&
      this.#listed.length <= DIRECTORIES_AHEAD / 2
    )
  }

  async #goOn(): Promise<void> {
    for (let place = this.#places.at(-1); place !== undefined && !this.#isFull; place = this.#places.at(-1)) {
      const entry = place.entries[place.next++]
      if (entry === undefined) this.#places.pop()
      else if (entry.kind === 'directory') await this.#enter(entry)
      else if (entry.kind === 'file') this.#begin(entry)
    }
  }

  get #isFull(): boolean {
    return (
      this.#begun.length >= FILES_AHEAD || this.#begun_bytes >= BYTES_AHEAD || this.#listed.length >= DIRECTORIES_AHEAD
    )
  }

  async #enter(directory: SourceEntry): Promise<void> {
    const entries = this.#tree.list(directory)
    this.#listed.push({ directory, entries })
    // A failure is reported when the directory is needed.
    this.#places.push({ entries: await entries.catch(() => []), next: 0 })
  }

  #begin(file: SourceEntry): void {
    const { size = 0 } = file
    if (size === 0 || size > this.#small_bytes) return
    this.#begun.push(file)
    this.#begun_bytes += size
    this.#files.begin(file)
  }
}
