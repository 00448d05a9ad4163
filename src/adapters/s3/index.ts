/** Repositories in S3. */
export { isS3Location, parseS3Location } from './s3-location.ts'
export type { S3Location } from './s3-location.ts'
export { s3Store } from './s3-store.ts'
export type { S3StoreOptions } from './s3-store.ts'
