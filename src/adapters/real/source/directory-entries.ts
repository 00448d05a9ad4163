import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** One entry of a real directory, with its content. */
export interface DirectoryEntry {
  /** Relative to the directory, '/'-separated. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink'
  readonly content?: Uint8Array
  readonly target?: string
}

/**
 * Everything below a directory, parents before children, in ascending order of names; symbolic links are not followed and
 * special files are left out. Reads each file whole.
 */
export function* directoryEntries(root: string, below = ''): Generator<DirectoryEntry> {
  const entries = readdirSync(join(root, below), { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) {
      yield { path, kind: 'directory' }
      yield* directoryEntries(root, path)
    } else if (entry.isSymbolicLink()) yield { path, kind: 'symlink', target: readlinkSync(join(root, path)) }
    else if (entry.isFile()) yield { path, kind: 'file', content: readFileSync(join(root, path)) }
  }
}
