import { describe, expect, it } from 'vitest'
import { isS3Location, parseS3Location } from '../../../src/adapters/s3/s3-location.ts'

describe('the location of a repository in S3', () => {
  it.each([
    ['s3:http://127.0.0.1:9000/bucket', { endpoint: 'http://127.0.0.1:9000', bucket: 'bucket', prefix: '' }],
    ['s3:https://host/bucket/a/b/', { endpoint: 'https://host', bucket: 'bucket', prefix: 'a/b/' }],
    ['s3:host:8443/bucket/a%20b', { endpoint: 'https://host:8443', bucket: 'bucket', prefix: 'a b/' }],
    ['s3://host/bucket', { endpoint: 'https://host', bucket: 'bucket', prefix: '' }],
    [
      's3:https://s3.eu-central-1.amazonaws.com/my.bucket/office',
      {
        endpoint: 'https://s3.eu-central-1.amazonaws.com',
        bucket: 'my.bucket',
        prefix: 'office/',
        region: 'eu-central-1',
      },
    ],
    ['s3:s3.amazonaws.com/bucket', { endpoint: 'https://s3.amazonaws.com', bucket: 'bucket', prefix: '' }],
  ])('reads %s', (text, expected) => expect(parseS3Location(text)).toEqual(expected))

  it.each([
    ['s3:', 'is not an S3 location'],
    ['s3:http://', 'is not an S3 location'],
    ['s3:https://host', 'names no bucket'],
    ['s3:https://host/Bucket', 'names no bucket'],
    ['s3:https://host/bucket?x=1', 'has a part that S3 does not know'],
  ])('says what is wrong with %s', (text, reason) => expect(() => parseS3Location(text)).toThrow(reason))

  it('takes no credentials, and does not repeat them', () => {
    expect(() => parseS3Location('s3:https://key:secret@host/bucket')).toThrow('set AWS_ACCESS_KEY_ID')
    expect(() => parseS3Location('s3:https://key:secret@host/bucket')).not.toThrow('secret@')
  })

  it('is told from a directory', () => {
    for (const text of ['s3', './s3:x', '/mnt/s3:x', 'c:/x']) expect(isS3Location(text), text).toBe(false)
    expect(isS3Location('s3:x')).toBe(true)
  })
})
