import type { ExtendedAttributes } from '../../../engine/ports.ts'
import type { LinuxCalls } from '../linux-calls.ts'
import { isSystemError } from '../system-errors.ts'

/** The attributes of an entry; undefined where it has none. Throws errors of the system. */
export function attributesAt(calls: LinuxCalls, path: Buffer): ExtendedAttributes | undefined {
  try {
    const attributes: Array<readonly [string, Uint8Array]> = []
    for (const name of calls.listAttributes(path).sort(byBytes)) {
      const value = calls.attribute(path, name)
      // Undefined when it was removed after the listing.
      if (value !== undefined) attributes.push([name, value])
    }
    return attributes.length === 0 ? undefined : attributes
  } catch (error) {
    // A file system without attributes, or an entry that is gone: reading it then reports that.
    if (isSystemError(error, 'ENOTSUP', 'ENOSYS', 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)
