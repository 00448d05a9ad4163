import { bytesFidelity } from '../bytes/bytes-fidelity.ts'
import { MIX_BYTES } from '../bytes/gear-tables.ts'
import { heldBytes } from '../bytes/held-bytes.ts'
import { KEY_BYTES, isCipherName } from '../cryptography/cryptography.ts'
import type { CipherName } from '../cryptography/cryptography.ts'
import { decodeValue, encodeValue, hexOf, isBytes, isRecord } from '../encoding/encoding.ts'
import {
  AuthenticationError,
  BlobExistsError,
  BlobNotFoundError,
  EngineError,
  NoRepositoryError,
  RepositoryFormatError,
  WrongPasswordError,
} from '../errors.ts'
import { isPasswordHashing, isPowerOfTwo } from '../cryptography/password-hashing.ts'
import type { BlobStore, Content, EnginePorts, Instant } from '../ports.ts'
import { openMasterKey, repositoryKeys, sealMasterKey } from './keys.ts'
import type { RepositoryKeys } from './keys.ts'
import { openMetadata, sealMetadata } from './metadata-blob.ts'
import type { Credentials, NewRepositoryOptions, RepositoryOptions } from './options.ts'
import { RepositoryCache } from './repository-cache.ts'
import type { OpenedConfig } from './repository-cache.ts'
import { Repository } from './repository.ts'

const CONFIG = 'config'
/** A second copy of the configuration, where one was made: without a configuration nothing opens a repository. */
const CONFIG_COPY = 'config-copy'
export const CONFIGS = [CONFIG, CONFIG_COPY]
const MAGIC = 'firedrill repository'
const VERSION = 1

/** The one blob that can be read without a key; everything but the way to open it is sealed. */
interface ConfigFile {
  readonly magic: string
  readonly version: number
  readonly id: string
  readonly cipher: CipherName
  readonly sealed: Uint8Array
}

type SealedConfig = RepositoryOptions & { readonly fidelity: string }

/** Magic and version are checked separately before, for a better message. */
function isConfigFile(value: unknown): value is ConfigFile {
  return (
    isRecord(value) &&
    (value['magic'] !== MAGIC ||
      value['version'] !== VERSION ||
      (typeof value['id'] === 'string' && isCipherName(value['cipher']) && isBytes(value['sealed'])))
  )
}

function isSealedConfig(value: unknown): value is SealedConfig {
  return (
    isRecord(value) && isRecord(value['chunker']) && isRecord(value['kdf']) && typeof value['fidelity'] === 'string'
  )
}

/**
 * Creates a repository in an empty store.
 * @param shareKeysWith makes copies between the two possible: equal content then has equal chunks and ids in both
 * @throws EngineError when there is one already
 */
export async function initRepository(
  ports: EnginePorts,
  store: BlobStore,
  credentials: Credentials,
  options: NewRepositoryOptions,
  shareKeysWith?: Repository,
): Promise<Repository> {
  checkOptions(options)
  const complete: RepositoryOptions = {
    metadataCompression: options.compression,
    verifyAfterSeal: false,
    ...options,
    ...(shareKeysWith === undefined ? {} : { chunker: shareKeysWith.options.chunker }),
  }
  const master = shareKeysWith?.keys.master ?? ports.random.bytes(KEY_BYTES)
  const keys = repositoryKeys(master)
  const id = hexOf(ports.random.bytes(16))
  const { cipher } = complete
  const keyFile = sealMasterKey(
    master,
    { ...credentials, kdf: options.kdf, cipher, created: ports.clock.now() },
    ports.random,
  )
  const sealedConfig: SealedConfig = { ...complete, fidelity: ports.fidelity.name }
  const sealed = sealMetadata(CONFIG, sealedConfig, sealOf(id, cipher, keys), ports.random)
  // The key is written before the configuration, so that whatever has a configuration can be opened.
  const keyName = `keys/${hexOf(ports.random.bytes(16))}`
  await store.put(keyName, [keyFile])
  try {
    await store.put(CONFIG, [encodeValue({ magic: MAGIC, version: VERSION, id, cipher, sealed } satisfies ConfigFile)])
  } catch (cause) {
    if (!(cause instanceof BlobExistsError)) throw cause
    await store.delete(keyName)
    throw new EngineError(`there is a repository in ${store.name} already`, { cause })
  }
  const opened: OpenedConfig = { id, options: complete, keys, role: 'administrator' }
  const repository = new Repository(
    ports,
    store,
    credentials.principal,
    opened,
    new RepositoryCache(undefined, ports.memory),
  )
  return repository.audited(
    'init',
    async () => repository,
    () => ({ id, cipher }),
  )
}

/**
 * Opens a repository.
 * @param cache what is kept of it between operations; by default nothing
 * @throws RepositoryFormatError when there is none, or one of another version
 * @throws EngineError when it holds content of the other fidelity
 * @throws WrongPasswordError
 */
export async function openRepository(
  ports: EnginePorts,
  store: BlobStore,
  credentials: Credentials,
  cache: RepositoryCache = new RepositoryCache(undefined, ports.memory),
): Promise<Repository> {
  const { password, principal } = credentials
  let opened = cache.config?.password === password ? cache.config.opened : undefined
  if (opened === undefined) {
    opened = await readEitherConfig(ports, store, password)
    cache.config = { password, opened }
  }
  return new Repository(ports, store, principal, opened, cache)
}

/** Reads the copy only where the configuration itself is lost or damaged. */
async function readEitherConfig(
  { fidelity, log }: EnginePorts,
  store: BlobStore,
  password: string,
): Promise<OpenedConfig> {
  try {
    return await readConfig(store, password, fidelity.name, CONFIG)
  } catch (error) {
    if (!(error instanceof RepositoryFormatError)) throw error
    let opened: OpenedConfig
    try {
      opened = await readConfig(store, password, fidelity.name, CONFIG_COPY)
    } catch {
      // Reports the first error; most often there simply is no repository.
      throw error
    }
    log.warn(`${error.message}; opened by its copy, which repair puts in its place`)
    return opened
  }
}

export interface DamagedConfig {
  readonly blob: string
  readonly isMissing: boolean
}

/** Which of the configuration and its copy are missing or damaged; both are read. */
export async function damagedConfigs(repository: Repository): Promise<DamagedConfig[]> {
  return (await storedConfigs(repository)).damaged
}

/**
 * Restores the configuration from its copy, or the reverse, where one of them is missing or damaged.
 * @throws AccessDeniedError for anyone but an administrator
 */
export async function mendConfigs(repository: Repository): Promise<DamagedConfig[]> {
  repository.requireAdministrator('repair the configuration')
  const { damaged, sound } = await storedConfigs(repository)
  if (sound === undefined) throw new RepositoryFormatError(`the configuration of ${repository.store.name} is lost`)
  const { store } = repository
  for (const { blob, isMissing } of damaged) {
    if (!isMissing) await store.delete(blob)
    const lockUntil = await lockOfOther(store, blob)
    await store.put(blob, [sound], lockUntil === undefined ? {} : { lockUntil })
  }
  return damaged
}

/** The replacement of a blob is locked for as long as the other one. */
async function lockOfOther(store: BlobStore, blob: string): Promise<Instant | undefined> {
  const other = blob === CONFIG ? CONFIG_COPY : CONFIG
  try {
    return (await store.stat(other)).lockedUntil
  } catch (error) {
    // Neither was intact: the first is being put now.
    if (error instanceof BlobNotFoundError) return undefined
    throw error
  }
}

async function storedConfigs({
  store,
  id,
  keys,
}: Repository): Promise<{ damaged: DamagedConfig[]; sound?: Uint8Array }> {
  const damaged: DamagedConfig[] = []
  let sound: Uint8Array | undefined
  for (const blob of CONFIGS) {
    try {
      const bytes = bytesOf(await store.get(blob), blob)
      const config = decodeValue(bytes, blob, isConfigFile)
      openMetadata(CONFIG, config.sealed, sealOf(id, config.cipher, keys), isSealedConfig)
      if (config.id !== id) throw new RepositoryFormatError(`${blob} is of another repository`)
      sound ??= bytes
    } catch (error) {
      const isMissing = error instanceof BlobNotFoundError
      if (!isMissing && !(error instanceof RepositoryFormatError || error instanceof AuthenticationError)) throw error
      damaged.push({ blob, isMissing })
    }
  }
  return { damaged, ...(sound === undefined ? {} : { sound }) }
}

/**
 * Tries every key with the password, and the configuration with what it opens: a key that is damaged, or was left by an
 * interrupted init, does not block the others.
 */
async function readConfig(store: BlobStore, password: string, fidelity: string, blob: string): Promise<OpenedConfig> {
  const config = await configFile(store, blob)
  const { id, cipher } = config
  let failure: EngineError | undefined
  const damaged: string[] = []
  for await (const { name } of store.list('keys/')) {
    let file: Content
    try {
      file = await store.get(name)
    } catch (error) {
      if (error instanceof BlobNotFoundError) continue
      throw error
    }
    try {
      const { master, role } = openMasterKey(bytesOf(file, name), password)
      const keys = repositoryKeys(master)
      const options = openMetadata(CONFIG, config.sealed, sealOf(id, cipher, keys), isSealedConfig)
      if (options.fidelity === fidelity) return { id, options, keys, role }
      throw new EngineError(`${store.name} holds ${options.fidelity}, and was opened to hold ${fidelity}`)
    } catch (error) {
      if (error instanceof AuthenticationError) {
        failure = new RepositoryFormatError(
          `the configuration of ${store.name} is damaged or does not belong to its keys`,
          { cause: error },
        )
      } else if (error instanceof WrongPasswordError) failure ??= error
      else if (error instanceof RepositoryFormatError) damaged.push(name)
      else throw error
    }
  }
  if (damaged.length > 0) {
    const which = `${damaged.join(', ')} in ${store.name} cannot be read`
    if (failure === undefined) throw new RepositoryFormatError(`${which}: without a key nothing opens the repository`)
    if (failure instanceof WrongPasswordError) throw new WrongPasswordError(`${failure.message}; and ${which}`)
  }
  throw failure ?? new RepositoryFormatError(`the repository in ${store.name} has lost its keys`)
}

async function configFile(store: BlobStore, blob: string): Promise<ConfigFile> {
  let content: Content
  try {
    content = await store.get(blob)
  } catch (cause) {
    if (!(cause instanceof BlobNotFoundError)) throw cause
    throw new NoRepositoryError(`there is no repository in ${store.name}`, { cause })
  }
  const what = `the configuration of ${store.name}`
  const config = decodeValue(bytesOf(content, what), what, isConfigFile)
  if (config.magic !== MAGIC) throw new RepositoryFormatError(`${store.name} is not a repository of firedrill`)
  if (config.version !== VERSION) {
    throw new RepositoryFormatError(
      `the repository in ${store.name} has format ${config.version}, and this program reads format ${VERSION}`,
    )
  }
  return config
}

/** @throws RepositoryFormatError for a blob that the store itself says is damaged */
function bytesOf(content: Content, name: string): Uint8Array {
  try {
    return heldBytes(content)
  } catch (cause) {
    throw new RepositoryFormatError(`${name} is damaged`, { cause })
  }
}

/**
 * The configuration is sealed uncompressed and with real cryptography whatever the fidelity, because it records these
 * settings itself.
 */
function sealOf(id: string, cipher: CipherName, keys: RepositoryKeys): Parameters<typeof sealMetadata>[2] {
  return { sealing: bytesFidelity.sealing, key: keys.metadata, cipher, compression: 'none', repository: id }
}

/** The largest object of common stores: 5 TB in S3. */
const PACK_BYTES_AT_MOST = 2 ** 42

function checkOptions({ chunker, pack_bytes, kdf }: NewRepositoryOptions): void {
  const { min, avg, max, normalisation } = chunker
  if (!isPowerOfTwo(avg) || !(0 < min && min <= avg && avg <= max)) {
    throw new EngineError(
      `chunks of ${min} to ${max} bytes, ${avg} on average: the average is a power of two between them`,
    )
  }
  if (min < MIX_BYTES) throw new EngineError(`chunks of ${min} bytes are too small: where one ends, ${MIX_BYTES} tell`)
  // Chunks of one size need no mask.
  if ((min < max && avg * 2 ** normalisation > 2 ** 30) || max >= 2 ** 32) {
    throw new EngineError(`chunks of ${avg} bytes are too large`)
  }
  if (avg < 2 ** (normalisation + 1)) {
    throw new EngineError(`chunks of ${avg} bytes are too small for a normalisation of ${normalisation}`)
  }
  if (!(pack_bytes > 0 && pack_bytes <= PACK_BYTES_AT_MOST)) {
    throw new EngineError(`packs of ${pack_bytes} bytes are not possible`)
  }
  if (!isPasswordHashing({ ...kdf })) {
    throw new EngineError(`a key cannot be made from a password in this way: ${JSON.stringify(kdf)}`)
  }
}
