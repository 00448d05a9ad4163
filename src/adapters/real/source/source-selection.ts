import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { NameBytes } from '../../../engine/ports.ts'
import type { Exclusion } from './exclude-patterns.ts'
import { reachable } from '../long-paths.ts'

/** Which parts of a directory are wanted. By default everything. */
export interface SourceSelectionOptions {
  /** Only these, what is below them, and the directories on the way: absolute paths, as bytes. */
  readonly only?: readonly NameBytes[]
  /** Exclusions, applied to paths from the root of the file system. */
  readonly exclude?: Exclusion
  /** Files of more bytes are left out. */
  readonly excludeLargerThan_bytes?: number
  /** A directory that contains a file of one of these names is reduced to that file. */
  readonly markers?: readonly DirectoryMarker[]
  /** Directories on other file systems than the selection (mount points) are recorded as empty. */
  readonly oneFileSystem?: boolean
}

/** A file that marks a directory whose contents need not be backed up. */
export interface DirectoryMarker {
  readonly name: NameBytes
  /** The file must begin with this. */
  readonly signature?: string
}

/** Marks directories of programs whose contents can be regenerated. Source: https://bford.info/cachedir/ */
export const CACHE_MARKER: DirectoryMarker = {
  name: 'CACHEDIR.TAG',
  signature: 'Signature: 8a477f597d28d172789f06886806bc55',
}

export class SourceSelection {
  readonly #options: SourceSelectionOptions
  readonly #leading: ReadonlyMap<NameBytes, readonly NameBytes[]>
  /** File systems whose directories are entered; undefined: all. */
  readonly #devices: ReadonlySet<bigint> | undefined

  constructor(root: NameBytes, options: SourceSelectionOptions) {
    this.#options = options
    this.#leading = leadingTo(root, options.only ?? [])
    this.#devices = options.oneFileSystem === true ? new Set((options.only ?? [root]).flatMap(deviceOf)) : undefined
  }

  /**
   * For a directory that is only on the way to the selection: the names that lead there, in ascending order; otherwise
   * undefined.
   */
  leading(directory: NameBytes): readonly NameBytes[] | undefined {
    return this.#leading.get(directory)
  }

  isElsewhere(device: bigint): boolean {
    return this.#devices?.has(device) === false
  }

  excludes(path: NameBytes, stat: BigIntStats): boolean {
    const { exclude, excludeLargerThan_bytes: most_bytes } = this.#options
    if (most_bytes !== undefined && stat.isFile() && stat.size > most_bytes) return true
    return exclude?.(path, stat.isDirectory()) ?? false
  }

  /** The marker among the names of a directory, by which it asks to be left out. */
  markerIn(directory: NameBytes, names: readonly NameBytes[]): NameBytes | undefined {
    return this.#options.markers?.find(
      ({ name, signature }) =>
        names.includes(name) && (signature === undefined || beginsWith(`${directory}/${name}`, signature)),
    )?.name
  }
}

/** For each directory on the way to a wanted path, the names that lead there. */
function leadingTo(root: NameBytes, only: readonly NameBytes[]): Map<NameBytes, readonly NameBytes[]> {
  const names = new Map<NameBytes, Set<NameBytes>>()
  const wanted = new Set(only)
  for (const path of wanted) {
    let parent = root
    for (const name of path
      .slice(root.length)
      .split('/')
      .filter((part) => part !== '')) {
      // It is wanted as a whole.
      if (wanted.has(parent)) break
      names.set(parent, (names.get(parent) ?? new Set()).add(name))
      parent = parent.endsWith('/') ? parent + name : `${parent}/${name}`
    }
  }
  return new Map([...names].map(([path, found]) => [path, [...found].sort((a, b) => (a < b ? -1 : 1))]))
}

function deviceOf(path: NameBytes): bigint[] {
  const stat = lstatSync(reachable(path), { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? [] : [stat.dev]
}

function beginsWith(path: NameBytes, signature: string): boolean {
  let file: number | undefined
  try {
    file = openSync(reachable(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const bytes = Buffer.alloc(signature.length)
    return readSync(file, bytes) === bytes.length && bytes.toString('latin1') === signature
  } catch {
    // An unreadable marker has no effect.
    return false
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
