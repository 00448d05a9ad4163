import type { FilesAside, SourceEntry, SourceTree, WholeFile } from '../ports.ts'

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
  readonly #aside: FilesAside
  readonly #small_bytes: number
  /** From the uppermost directory to where the walk stands. */
  readonly #places: Place[] = []
  /** What the backup has not come to yet, in the order in which it will. */
  readonly #listed: Array<{ readonly directory: SourceEntry; readonly entries: Promise<readonly SourceEntry[]> }> = []
  readonly #begun: SourceEntry[] = []
  #begun_bytes = 0

  /** @param small_bytes the longest file that is read so */
  constructor(tree: SourceTree, aside: FilesAside, small_bytes: number) {
    this.#tree = tree
    this.#aside = aside
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
    await this.#goOnIfNear()
    return entries
  }

  /** What other threads have read of a file; undefined where it has to be read here. Valid until the next call. */
  async take(file: SourceEntry): Promise<WholeFile | undefined> {
    if (this.#begun[0] !== file) return undefined
    this.#begun.shift()
    this.#begun_bytes -= file.size ?? 0
    await this.#goOnIfNear()
    return this.#aside.take(file)
  }

  /** Not at every step: some at once are quicker. */
  async #goOnIfNear(): Promise<void> {
    const isFar =
      this.#begun.length > FILES_AHEAD / 2 ||
      this.#begun_bytes > BYTES_AHEAD / 2 ||
      this.#listed.length > DIRECTORIES_AHEAD / 2
    if (!isFar) await this.#goOn()
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
    this.#aside.begin(file)
  }
}
