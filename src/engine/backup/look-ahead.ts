import type { SmallFiles, SourceEntry, SourceTree, WholeFile } from '../ports.ts'

/** Most of what is begun and not wanted yet: enough that no thread waits, and little memory. */
const FILES_AHEAD = 192
const BYTES_AHEAD = 2 * 1024 * 1024
const DIRECTORIES_AHEAD = 48

/** Where the walk stands in a directory. */
interface Place {
  readonly entries: readonly SourceEntry[]
  next: number
}

/**
 * Walks a new part of the source in the order of the backup, some way before it, so that its small files are read by other threads
 * when the backup comes to them.
 */
export class LookAhead {
  readonly #tree: SourceTree
  readonly #files: SmallFiles
  readonly #small_bytes: number
  /** From the uppermost directory to where the walk stands. */
  readonly #places: Place[] = []
  /** What the backup has not come to yet, in the order in which it will. */
  readonly #listed: Array<{ readonly directory: SourceEntry; readonly entries: Promise<readonly SourceEntry[]> }> = []
  readonly #begun: SourceEntry[] = []
  #begun_bytes = 0

  /** @param small_bytes the longest file that is read so */
  constructor(tree: SourceTree, files: SmallFiles, small_bytes: number) {
    this.#tree = tree
    this.#files = files
    this.#small_bytes = small_bytes
  }

  /** Entries of a directory: the next in depth-first order, or the uppermost of a part to begin with. */
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

  /** True when `ready` has to be waited for before a file is taken. */
  isBusy(file: SourceEntry): boolean {
    return this.#begun[0] === file && (this.#isNear || this.#files.busy)
  }

  async ready(): Promise<void> {
    if (this.#isNear) await this.#goOn()
    if (this.#files.busy) await this.#files.ready()
  }

  /** What has been read of a file; undefined where it has to be read in another way. Valid until the next call. */
  take(file: SourceEntry): WholeFile | undefined {
    if (this.#begun[0] !== file) return undefined
    this.#begun.shift()
    this.#begun_bytes -= file.size ?? 0
    return this.#files.take(file)
  }

  /** To walk on at every step would take longer than some steps at once; not to, where all has been walked, is no use. */
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
    // A failure is met when the directory is wanted.
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
