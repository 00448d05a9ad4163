import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What can be told of a file without reading it. */
export interface ScannedEntry {
  /** Relative to the directory, '/'-separated. */
  readonly path: string
  readonly bytes: number
  readonly mtime: Date
}

/**
 * The regular files below a directory, in ascending order of names; symbolic links are not followed.
 * @param onUnreadable told of directories and files that may not be looked at; they are left out
 */
export function* directoryScan(
  root: string,
  onUnreadable: (path: string, reason: string) => void,
  below = '',
): Generator<ScannedEntry> {
  let names: string[]
  try {
    names = readdirSync(join(root, below)).toSorted()
  } catch (error) {
    onUnreadable(below === '' ? root : below, reasonOf(error))
    return
  }
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`
    try {
      const stats = lstatSync(join(root, path))
      if (stats.isFile()) {
        yield { path, bytes: stats.size, mtime: stats.mtime }
        continue
      }
      if (!stats.isDirectory()) continue
    } catch (error) {
      // Gone since its directory was listed, as files do.
      onUnreadable(path, reasonOf(error))
      continue
    }
    yield* directoryScan(root, onUnreadable, path)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
