/** Where a repository lives in an S3 store. */
export interface S3Location {
  /** Without a path: 'https://s3.eu-central-1.amazonaws.com'. */
  readonly endpoint: string
  readonly bucket: string
  /** '' or a path that ends in '/': the prefix of all names in the bucket. */
  readonly prefix: string
  /** Derived from Amazon's host names; for others it is a matter of configuration, if needed at all. */
  readonly region?: string
}

/** True for a text meant as an S3 location, valid or not; anything else is a directory. */
export const isS3Location = (text: string): boolean => /^s3:/i.test(text)

/**
 * Parses 's3:http://host:port/bucket/prefix', as restic writes it; without a scheme it is https.
 * @throws TypeError that says what is wrong
 */
export function parseS3Location(text: string): S3Location {
  const expected = 'expected s3:https://HOST[:PORT]/BUCKET[/PREFIX]'
  const rest = text.replace(/^s3:/i, '')
  const url = URL.parse(/^https?:\/\//i.test(rest) ? rest : `https://${rest.replace(/^\/\//, '')}`)
  if (url === null || url.hostname === '') throw new TypeError(`'${text}' is not an S3 location: ${expected}`)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(
      `'${hidden(text)}' carries credentials, which others can see: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead`,
    )
  if (url.search !== '' || url.hash !== '')
    throw new TypeError(`'${text}' has a part that S3 does not know: ${expected}`)
  const [bucket = '', ...path] = url.pathname.split('/').filter((name) => name !== '')
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new TypeError(`'${text}' names no bucket, which has 3 to 63 of a-z, 0-9, '-' and '.': ${expected}`)
  const [, region] = /^s3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname) ?? []
  return {
    endpoint: url.origin,
    bucket,
    prefix: path.map((name) => `${decodeURIComponent(name)}/`).join(''),
    ...(region === undefined ? {} : { region }),
  }
}

/** Hides credentials before the '@'. */
const hidden = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@')
