import type { ExtendedAttributes } from '../../../engine/ports.ts'
import { linuxCalls } from '../linux-calls.ts'
import { isSystemError } from '../system-errors.ts'

/** Restores extended attributes, including access control lists. Paths are bytes. */
export class RestoredAttributes {
  readonly #calls = linuxCalls()
  readonly #onIncomplete: ((reason: string) => void) | undefined

  /** @param onIncomplete called for what the file system or the user does not allow; without it, that is thrown */
  constructor(onIncomplete: ((reason: string) => void) | undefined) {
    this.#onIncomplete = onIncomplete
  }

  /** Whether an entry has any apart from the system's own. */
  has(at: Buffer): boolean {
    return this.#present(at).length > 0
  }

  removeOthers(at: Buffer, wanted: ExtendedAttributes): void {
    for (const name of this.#present(at))
      if (!wanted.some(([other]) => other === name))
        this.#ifAllowed(`remove the attribute ${name} of`, at, () => this.#calls?.removeAttribute(at, name))
  }

  set(at: Buffer, attributes: ExtendedAttributes): void {
    const calls = this.#calls
    for (const [name, value] of attributes)
      this.#ifAllowed(`set the attribute ${name} of`, at, () => {
        if (calls === undefined) throw Object.assign(new Error('ENOSYS: not on this system'), { code: 'ENOSYS' })
        const present = calls.attribute(at, name)
        if (present === undefined || Buffer.compare(present, value) !== 0) calls.setAttribute(at, name, value)
      })
  }

  /** Names, without those that the system itself sets on new entries. */
  #present(at: Buffer): readonly string[] {
    try {
      return (this.#calls?.listAttributes(at) ?? []).filter((name) => !name.startsWith('security.'))
    } catch (error) {
      if (isSystemError(error, 'ENOTSUP', 'ENOSYS')) return []
      throw error
    }
  }

  /** What a file system or user is not allowed to set is no reason to give up a file. */
  #ifAllowed(doing: string, at: Buffer, work: () => void): void {
    try {
      work()
    } catch (error) {
      const onIncomplete = this.#onIncomplete
      if (onIncomplete === undefined || !isSystemError(error, 'EPERM', 'EACCES', 'ENOTSUP', 'EINVAL', 'ENOSYS'))
        throw error
      onIncomplete(`cannot ${doing} ${at.toString('utf8')}: ${error instanceof Error ? error.message : ''}`)
    }
  }
}

/** Kept by the system for its own purposes: access control lists, capabilities, labels. */
export const isSystemAttribute = (name: string): boolean => name.startsWith('system.') || name.startsWith('security.')
