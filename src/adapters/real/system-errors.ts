import {
  AccessDeniedError,
  BlobExistsError,
  BlobNotFoundError,
  EngineError,
  FileSystemError,
  StoreFullError,
  StoreUnavailableError,
} from '../../engine/errors.ts'

/** True for an error of the operating system with one of these codes ('ENOENT', …). */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/** Translates an operating system error about a store to one of the engine. */
export function storeError(error: unknown, blob: string, doing: string): unknown {
  if (error instanceof EngineError || !(error instanceof Error) || !('code' in error)) return error
  const message = `${doing}: ${reason(error)}`
  const options = { cause: error }
  if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return new BlobNotFoundError(message, options)
  if (isSystemError(error, 'EEXIST'))
    return new BlobExistsError(`${doing}: there is a blob ${blob} already, and blobs are never overwritten`, options)
  if (isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) return new AccessDeniedError(message, options)
  if (isSystemError(error, 'ENOSPC', 'EDQUOT', 'EFBIG'))
    return new StoreFullError(`${message}; free space there, or forget snapshots and prune`, options)
  return new StoreUnavailableError(message, options)
}

/** Translates an operating system error about a source or target tree. */
export function fileSystemError(error: unknown, doing: string): unknown {
  if (error instanceof EngineError || !(error instanceof Error) || !('code' in error)) return error
  return new FileSystemError(`${doing}: ${reason(error)}`, { cause: error })
}

/** Extracts 'permission denied' from "EACCES: permission denied, open '/x'". */
function reason(error: Error): string {
  return /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message
}
