import { heldBytes } from '../bytes/held-bytes.ts'
import { KEY_BYTES } from '../cryptography.ts'
import type { CipherName } from '../cryptography.ts'
import { decodeValue, encodeValue, hexOf } from '../encoding.ts'
import {
  AuthenticationError,
  BlobNotFoundError,
  EngineError,
  RepositoryFormatError,
  WrongPasswordError,
} from '../errors.ts'
import type { BlobStore, EnginePorts } from '../ports.ts'
import { isPowerOfTwo, openMasterKey, repositoryKeys, sealMasterKey } from './keys.ts'
import type { RepositoryKeys } from './keys.ts'
import { openMetadata, sealMetadata } from './metadata-blob.ts'
import type { Credentials, NewRepositoryOptions, RepositoryOptions } from './options.ts'
import { RepositoryCache } from './repository-cache.ts'
import type { OpenedConfig } from './repository-cache.ts'
import { Repository } from './repository.ts'

const CONFIG = 'config'
const MAGIC = 'firedrill repository'
const VERSION = 1

/** The one blob that can be read without a key; all but the way to open it is sealed. */
interface ConfigFile {
  readonly magic: string
  readonly version: number
  readonly id: string
  readonly cipher: CipherName
  readonly sealed: Uint8Array
}

type SealedConfig = RepositoryOptions & { readonly fidelity: string }

/**
 * Makes a repository in an empty store.
 * @param shareKeysWith makes copies between the two possible: equal content then has equal chunks and equal ids in both
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
    { ...credentials, cost: options.kdf.cost, cipher, created: ports.clock.now() },
    ports.random,
  )
  const sealedConfig: SealedConfig = { ...complete, fidelity: ports.fidelity.name }
  const sealed = sealMetadata(CONFIG, sealedConfig, sealOf(id, cipher, keys), ports.random)
  // The key before the configuration: what has a configuration can be opened.
  await store.put(`keys/${hexOf(ports.random.bytes(16))}`, [keyFile])
  await store.put(CONFIG, [encodeValue({ magic: MAGIC, version: VERSION, id, cipher, sealed } satisfies ConfigFile)])
  const opened = { id, options: complete, keys }
  const repository = new Repository(ports, store, credentials.principal, opened, new RepositoryCache())
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
 * @throws WrongPasswordError
 */
export async function openRepository(
  ports: EnginePorts,
  store: BlobStore,
  credentials: Credentials,
  cache: RepositoryCache = new RepositoryCache(),
): Promise<Repository> {
  const { password, principal } = credentials
  let opened = cache.config?.password === password ? cache.config.opened : undefined
  if (opened === undefined) {
    opened = await readConfig(store, password, ports.fidelity.name)
    cache.config = { password, opened }
  }
  return new Repository(ports, store, principal, opened, cache)
}

async function readConfig(store: BlobStore, password: string, fidelity: string): Promise<OpenedConfig> {
  const config = await configFile(store)
  const keys = await keysFor(store, password)
  const { id, cipher } = config
  let options: SealedConfig
  try {
    options = openMetadata<SealedConfig>(CONFIG, config.sealed, sealOf(id, cipher, keys))
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause
    throw new RepositoryFormatError(`the configuration of ${store.name} is damaged or does not belong to its keys`, {
      cause,
    })
  }
  if (options.fidelity !== fidelity) {
    throw new RepositoryFormatError(`${store.name} holds ${options.fidelity}, and was opened to hold ${fidelity}`)
  }
  return { id, options, keys }
}

async function configFile(store: BlobStore): Promise<ConfigFile> {
  let bytes: Uint8Array
  try {
    bytes = heldBytes(await store.get(CONFIG))
  } catch (cause) {
    if (!(cause instanceof BlobNotFoundError)) throw cause
    throw new RepositoryFormatError(`there is no repository in ${store.name}`, { cause })
  }
  const config = decodeValue<ConfigFile>(bytes, `the configuration of ${store.name}`)
  if (config.magic !== MAGIC) throw new RepositoryFormatError(`${store.name} is not a repository of firedrill`)
  if (config.version !== VERSION) {
    throw new RepositoryFormatError(
      `the repository in ${store.name} has format ${config.version}, and this program reads format ${VERSION}`,
    )
  }
  return config
}

/** Tries every key with the password. */
async function keysFor(store: BlobStore, password: string): Promise<RepositoryKeys> {
  let refused: WrongPasswordError | undefined
  for await (const { name } of store.list('keys/')) {
    try {
      return repositoryKeys(openMasterKey(heldBytes(await store.get(name)), password))
    } catch (error) {
      if (!(error instanceof WrongPasswordError)) throw error
      refused = error
    }
  }
  throw refused ?? new RepositoryFormatError(`the repository in ${store.name} has lost its keys`)
}

/** The configuration is sealed uncompressed: it says itself whether to compress. */
function sealOf(id: string, cipher: CipherName, keys: RepositoryKeys): Parameters<typeof sealMetadata>[2] {
  return { key: keys.metadata, cipher, compression: 'none', repository: id }
}

function checkOptions({ chunker, pack_bytes, kdf }: NewRepositoryOptions): void {
  const { min, avg, max, normalisation } = chunker
  if (!isPowerOfTwo(avg) || !(0 < min && min <= avg && avg <= max)) {
    throw new EngineError(
      `chunks of ${min} to ${max} bytes, ${avg} on average: the average is a power of two between them`,
    )
  }
  if (avg * 2 ** normalisation > 2 ** 30 || max >= 2 ** 32)
    throw new EngineError(`chunks of ${avg} bytes are too large`)
  if (!(pack_bytes > 0 && pack_bytes < 2 ** 32)) throw new EngineError(`packs of ${pack_bytes} bytes are not possible`)
  if (!isPowerOfTwo(kdf.cost) || kdf.cost < 2) {
    throw new EngineError(`the cost of scrypt is a power of two, not ${kdf.cost}`)
  }
}
