import { hexOf } from '../encoding/encoding.ts'
import { heldBytes } from '../bytes/held-bytes.ts'
import { BlobNotFoundError, EngineError } from '../errors.ts'
import type { Instant } from '../ports.ts'
import { describeKeyFile, sealMasterKey } from './keys.ts'
import type { Repository } from './repository.ts'
import type { Role } from './roles.ts'

/** One way to open a repository. */
export interface KeyDescription {
  /** 32 hexadecimal digits. */
  readonly id: string
  readonly role: Role
  /** The principal it was created for. */
  readonly principal: string
  readonly created: Instant
}

export interface AddKeyOptions {
  readonly password: string
  readonly principal: string
  readonly role?: Role
}

/** The keys of a repository. A damaged one is left out, with a warning. */
export async function listKeys(repository: Repository): Promise<KeyDescription[]> {
  return repository.audited(
    'key list',
    () => keysOf(repository),
    (keys) => ({ keys: keys.length }),
  )
}

async function keysOf(repository: Repository): Promise<KeyDescription[]> {
  const { store, ports } = repository
  const keys: KeyDescription[] = []
  for await (const { name } of store.list(FOLDER)) {
    try {
      keys.push({ id: name.slice(FOLDER.length), ...describeKeyFile(heldBytes(await store.get(name))) })
    } catch (error) {
      if (error instanceof BlobNotFoundError) continue
      if (!(error instanceof EngineError || error instanceof TypeError)) throw error
      if (error.name === 'StoreUnavailableError') throw error
      ports.log.warn(`${name} in ${store.name} is damaged: ${error.message}`)
    }
  }
  return keys
}

/**
 * Lets another password open the repository.
 * @throws AccessDeniedError for anyone but an administrator
 */
export async function addKey(repository: Repository, options: AddKeyOptions): Promise<KeyDescription> {
  const { ports, store, keys } = repository
  const { password, principal, role = 'administrator' } = options
  return repository.audited(
    'key add',
    async () => {
      repository.requireAdministrator('add keys')
      const { cipher, kdf } = repository.options
      const created = ports.clock.now()
      const file = sealMasterKey(keys.master, { password, principal, role, kdf, cipher, created }, ports.random)
      const id = hexOf(ports.random.bytes(16))
      await store.put(FOLDER + id, [file])
      return { id, role, principal, created }
    },
    ({ id }) => ({ key: id, for: principal, role }),
  )
}

/**
 * Removes a key: its password no longer opens the repository. Secrets that its user has kept are not revoked.
 * @throws EngineError when there is no such key, or it is the last of an administrator
 * @throws AccessDeniedError for anyone but an administrator
 */
export async function removeKey(repository: Repository, id: string): Promise<void> {
  await repository.audited(
    'key remove',
    async () => {
      repository.requireAdministrator('remove keys')
      const keys = await keysOf(repository)
      const key = keys.find((other) => other.id === id)
      if (key === undefined) throw new EngineError(`there is no key ${id} in ${repository.store.name}`)
      if (key.role === 'administrator' && !keys.some((other) => other.id !== id && other.role === 'administrator')) {
        throw new EngineError(`key ${id} is the last of an administrator: add another one first`)
      }
      await repository.store.delete(FOLDER + id)
    },
    () => ({ key: id }),
  )
}

const FOLDER = 'keys/'
