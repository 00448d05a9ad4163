/** Errors of the engine and its ports. Each says what was being done, to what, and what can be done about it. */

export class EngineError extends Error {
  override readonly name: string = 'EngineError'
}

/** There is no blob of this name. */
export class BlobNotFoundError extends EngineError {
  override readonly name = 'BlobNotFoundError'
}

/** A blob of this name exists already; blobs are immutable. */
export class BlobExistsError extends EngineError {
  override readonly name = 'BlobExistsError'
}

/** The credential in use does not allow this. */
export class AccessDeniedError extends EngineError {
  override readonly name = 'AccessDeniedError'
}

/** Object lock: nobody may delete the blob before its time. */
export class ObjectLockedError extends EngineError {
  override readonly name = 'ObjectLockedError'
}

/** The store, its node or the route to it is down. */
export class StoreUnavailableError extends EngineError {
  override readonly name = 'StoreUnavailableError'
}

/** No space left. */
export class StoreFullError extends EngineError {
  override readonly name = 'StoreFullError'
}

/** The source or target file system failed (node lost, disk failed, permission). */
export class FileSystemError extends EngineError {
  override readonly name: string = 'FileSystemError'
}

/** One file cannot be read, or is gone; the other files can. */
export class FileUnreadableError extends FileSystemError {
  override readonly name = 'FileUnreadableError'
}

/** Stored bytes are not those that were written. */
export class AuthenticationError extends EngineError {
  override readonly name = 'AuthenticationError'
}

/** It is not a repository, is of an unknown version, or contradicts itself. */
export class RepositoryFormatError extends EngineError {
  override readonly name: string = 'RepositoryFormatError'
}

/** The store holds no repository, or the configuration that would identify it is lost. */
export class NoRepositoryError extends RepositoryFormatError {
  override readonly name = 'NoRepositoryError'
}

/** This password opens none of the repository's keys. */
export class WrongPasswordError extends EngineError {
  override readonly name = 'WrongPasswordError'
}
