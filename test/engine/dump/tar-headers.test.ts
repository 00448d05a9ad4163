import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { accessListText } from '../../../src/engine/dump/access-list.ts'
import { BLOCK_BYTES, tarHeader } from '../../../src/engine/dump/tar-headers.ts'
import type { TarEntry } from '../../../src/engine/dump/tar-headers.ts'

const GIB = 2 ** 30

const file: TarEntry = {
  path: 'file',
  kind: 'file',
  size: 0,
  metadata: { mode: 0o640, uid: 1000, gid: 1000, mtime_ns: 1_700_000_000_000_000_000n },
}

/** The header as GNU tar reads it; it misses the content then. */
const listed = (entry: TarEntry): string =>
  spawnSync('tar', ['-t', '-v', '--full-time', '--numeric-owner'], {
    input: tarHeader(entry),
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  }).stdout

describe('a header', () => {
  it('is one block where everything fits', () => {
    expect(tarHeader(file).length).toBe(BLOCK_BYTES)
    expect(listed(file)).toBe('-rw-r----- 1000/1000         0 2023-11-14 22:13:20 file\n')
  })

  it('has records for what its fields do not hold: 8 GiB and more, large ids, fractions of seconds', () => {
    const metadata = { ...file.metadata, uid: 3_000_000, gid: 4_000_000_000, mtime_ns: 1_700_000_000_000_000_001n }
    expect(listed({ ...file, size: 9 * GIB, metadata })).toBe(
      '-rw-r----- 3000000/4000000000 9663676416 2023-11-14 22:13:20.000000001 file\n',
    )
  })

  it('counts the digits of the length of a record where these make it longer', () => {
    // ' path=' and '\n' are 7 bytes: with a name of 991 the length has three digits or four.
    for (const length of [90, 91, 92, 100, 101, 988, 989, 990, 991, 992, 993])
      expect(listed({ ...file, path: 'x'.repeat(length) })).toContain(` ${'x'.repeat(length)}\n`)
  })
})

describe('an access control list', () => {
  it('is text of POSIX.1e, and nothing where it is none', () => {
    const list = [
      2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 0xd2, 4, 0, 0, 32, 0, 1, 0, 255, 255, 255, 255,
    ]
    expect(accessListText(Uint8Array.from(list))).toBe('user::rwx,user:1234:r--,other::--x')
    expect(accessListText(Uint8Array.from(list.slice(0, -1)))).toBeUndefined()
    expect(accessListText(Uint8Array.from(list, (byte, at) => (at === 0 ? 3 : byte)))).toBeUndefined()
  })
})
