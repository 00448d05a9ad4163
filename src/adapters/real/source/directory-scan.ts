import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What is known of a file without reading it. */
export interface ScannedEntry {
  /** Relative to the directory, '/'-separated. */
  readonly path: string
  readonly bytes: number
  readonly mtime: Date
}

/**
 * The regular files below a directory, in ascending order of names; symbolic links are not followed.
 * @param onUnreadable called with directories and files that may not be accessed; they are left out
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
      // Deleted since its directory was listed, as happens.
      onUnreadable(path, reasonOf(error))
      continue
    }
    yield* directoryScan(root, onUnreadable, path)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
