import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Creates a folder and its missing parents. Node's recursive `mkdir` retries forever where the system reports an
 * existing folder as missing, as in /proc, where nobody can create any.
 * @returns the uppermost folder that was created; undefined when all existed
 */
export function makeFolders(path: string, mode = 0o777): string | undefined {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at)
  if (missing.length === 0 && !isFolder(path)) missing.push(path)
  for (const each of missing) {
    try {
      mkdirSync(each, { mode })
    } catch (error) {
      // Another program may have created it meanwhile.
      if (!isFolder(each)) throw error
    }
  }
  return missing[0]
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
