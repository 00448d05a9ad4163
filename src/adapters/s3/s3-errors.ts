import {
  AccessDeniedError,
  BlobNotFoundError,
  EngineError,
  StoreFullError,
  StoreUnavailableError,
} from '../../engine/errors.ts'

/** The S3 code of an error, in whichever way it was reported. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('Code' in error && typeof error.Code === 'string') return error.Code
  return error.name
}

/** The HTTP status of the response; undefined where there was none. */
export function httpStatus(error: unknown): number | undefined {
  return metadataOf(error)?.httpStatusCode
}

/** Number of requests made before the client gave up. */
export function attemptsOf(error: unknown): number {
  return metadataOf(error)?.attempts ?? 1
}

function metadataOf(error: unknown): { httpStatusCode?: number; attempts?: number } | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const metadata: unknown = error.$metadata
  return typeof metadata === 'object' && metadata !== null ? metadata : undefined
}

const FULL: ReadonlySet<string> = new Set([
  'QuotaExceeded',
  'QuotaExceededException',
  'InsufficientStorage',
  'XMinioStorageFull',
  'EntityTooLarge',
])
const REFUSED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'Forbidden',
])
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['InvalidAccessKeyId', '; it does not know this access key: is AWS_ACCESS_KEY_ID right, and meant for this store?'],
  ['SignatureDoesNotMatch', '; the secret key does not belong to the access key: is AWS_SECRET_ACCESS_KEY right?'],
])
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError'])

/** Translates an error of S3, or of the network, to one of the engine. */
export function s3Error(error: unknown, doing: string, bucket: string): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error
  const options = { cause: error }
  const code = errorCode(error)
  const status = httpStatus(error)
  if (code === 'NoSuchBucket')
    return new StoreUnavailableError(
      `${doing}: there is no bucket ${bucket}; make it first, or correct the name`,
      options,
    )
  if (code === 'NoSuchKey' || status === 404)
    return new BlobNotFoundError(`${doing}: there is nothing of this name`, options)
  if (NO_CREDENTIALS.has(code))
    return new AccessDeniedError(
      `${doing}: there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile`,
      options,
    )
  if (REFUSED.has(code) || status === 401 || status === 403)
    return new AccessDeniedError(`${doing}: the store refuses it (${code})${REMEDIES.get(code) ?? ''}`, options)
  if (FULL.has(code) || status === 507)
    return new StoreFullError(
      `${doing}: the store is full (${code}); free space there, or forget snapshots and prune`,
      options,
    )
  return new StoreUnavailableError(`${doing}: ${said(error, code)}`, options)
}

/** Network errors have an uninformative name, and sometimes several causes and no message. */
function said(error: Error, code: string): string {
  if (error.message.includes('SSL routines') && error.message.includes('wrong version number'))
    return 'the server does not speak TLS there; for one that does not, write s3:http://…'
  if (code === 'ENOTFOUND' || ('code' in error && error.code === 'ENOTFOUND'))
    return `there is no host of this name (${error.message}); a location is s3:https://HOST[:PORT]/BUCKET[/PREFIX]`
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
  const reason = 'code' in inner && typeof inner.code === 'string' && inner.message === '' ? inner.code : inner.message
  return code === 'Error' || code === 'AggregateError' || code === '' ? reason : `${reason} (${code})`
}
