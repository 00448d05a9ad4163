import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder, and those above it that are not there. `mkdir` of Node with `recursive` tries for ever where the system says
 * that a folder is missing which is there, as in /proc, in which nobody can make any.
 * @returns the uppermost that was made; undefined when all were there
 */
export function makeFolders(path: string, mode = 0o777): string | undefined {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at)
  if (missing.length === 0 && !isFolder(path)) missing.push(path)
  for (const each of missing) {
    try {
      mkdirSync(each, { mode })
    } catch (error) {
      // Another program may have made it meanwhile.
      if (!isFolder(each)) throw error
    }
  }
  return missing[0]
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
