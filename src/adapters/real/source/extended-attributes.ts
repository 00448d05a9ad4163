import type { ExtendedAttributes } from '../../../engine/ports.ts'
import type { LinuxCalls } from '../linux-calls.ts'
import { isSystemError } from '../system-errors.ts'

/** Those of an entry; undefined where it has none. Throws what the system says. */
export function attributesAt(calls: LinuxCalls, path: Buffer): ExtendedAttributes | undefined {
  try {
    const attributes: Array<readonly [string, Uint8Array]> = []
    for (const name of calls.listAttributes(path).sort(byBytes)) {
      const value = calls.attribute(path, name)
      // Gone since they were listed.
      if (value !== undefined) attributes.push([name, value])
    }
    return attributes.length === 0 ? undefined : attributes
  } catch (error) {
    // A file system without them, or an entry that is gone: what is read of it then will say so.
    if (isSystemError(error, 'ENOTSUP', 'ENOSYS', 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)
