import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directoryStore } from '../../../src/adapters/real/directory-store.ts'
import { AccessDeniedError, BlobNotFoundError, StoreUnavailableError } from '../../../src/engine/errors.ts'
import type { BlobStore } from '../../../src/engine/ports.ts'
import { describeBlobStore } from '../blob-store-conformance.ts'

for (const durable of [true, false])
  describeBlobStore(`a directory (durable: ${durable})`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firedrill-store-'))
    return {
      store: directoryStore(directory, { durable }),
      now: () => Date.now() / 1000,
      // Nobody waits for a month here: whoever owns the files sets their locks to have ended, as he can on such a disk.
      passInstant: async () => endLocks(directory),
      dispose: async () => rmSync(directory, { recursive: true }),
    }
  })

function endLocks(directory: string): void {
  const past = new Date(Date.now() - 1000)
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), past, past)
}

describe('a directory store', () => {
  let directory: string
  let store: BlobStore
  const bytes = new Uint8Array([1, 2, 3])

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'firedrill-store-'))
    store = directoryStore(directory)
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const namesOf = async (prefix: string): Promise<string[]> => {
    const names: string[] = []
    for await (const info of store.list(prefix)) names.push(info.name)
    return names
  }

  it('keeps each blob in the file of its name', async () => {
    await store.put('data/ab/abcd', [bytes, bytes])
    expect(readdirSync(join(directory, 'data', 'ab'))).toEqual(['abcd'])
  })

  it('leaves nothing behind when a write fails or loses', async () => {
    await store.put('data/ab/abcd', [bytes])
    await expect(store.put('data/ab/abcd', [bytes])).rejects.toThrow('never overwritten')
    expect(readdirSync(join(directory, 'data', 'ab'))).toEqual(['abcd'])
  })

  it('neither lists what a dead writer left nor keeps it for longer than a day', async () => {
    mkdirSync(join(directory, 'data'))
    const [old, young] = [join(directory, 'data', '.unfinished-1-a-0'), join(directory, 'data', '.unfinished-1-b-0')]
    for (const path of [old, young]) writeFileSync(path, bytes)
    utimesSync(old, Date.now() / 1000 - 90_000, Date.now() / 1000 - 90_000)
    await store.put('data/x', [bytes])
    expect(await namesOf('')).toEqual(['data/x'])
    expect(existsSync(old)).toBe(false)
    expect(existsSync(young)).toBe(true)
  })

  it('takes no name that would leave the directory or hide in it', async () => {
    for (const name of ['../x', '/x', 'a/../../x', 'a//b', '', 'a/', '.', '.hidden', 'a/.unfinished-1', 'a\0b', 'a b'])
      await expect(store.put(name, [bytes])).rejects.toThrow('cannot be the name of a blob')
  })

  it('does not take a directory or a link for a blob', async () => {
    mkdirSync(join(directory, 'data'))
    symlinkSync('/etc/hostname', join(directory, 'data', 'link'))
    await expect(store.stat('data')).rejects.toThrow(BlobNotFoundError)
    expect(await namesOf('')).toEqual([])
  })

  it('does not create itself: a disk that is not mounted is not filled in its mount point', async () => {
    const absent = directoryStore(join(directory, 'not-mounted'))
    await expect(absent.put('data/x', [bytes])).rejects.toThrow(StoreUnavailableError)
    await expect(absent.put('x', [bytes])).rejects.toThrow('not-mounted')
    expect(readdirSync(directory)).toEqual([])
  })

  it('locks as WORM shares want it: the time of access is the end, the file read-only; reading changes neither', async () => {
    const lockUntil = Math.ceil(Date.now() / 1000) + 3600
    await store.put('data/x', [bytes], { lockUntil })
    for (let reads = 0; reads < 2; reads++) {
      const { mode, atimeMs } = statSync(join(directory, 'data', 'x'))
      expect([mode & 0o777, atimeMs / 1000]).toEqual([0o400, lockUntil])
      await store.get('data/x')
    }
    const { created } = await store.stat('data/x')
    await store.extendLock!('data/x', lockUntil + 60)
    expect(await store.stat('data/x')).toMatchObject({ lockedUntil: lockUntil + 60, created })
  })

  it.skipIf(process.getuid?.() === 0)('says that it may not', async () => {
    await store.put('data/x', [bytes])
    chmodSync(join(directory, 'data'), 0o500)
    await expect(store.put('data/y', [bytes])).rejects.toThrow(AccessDeniedError)
    await expect(store.delete('data/x')).rejects.toThrow(AccessDeniedError)
    chmodSync(join(directory, 'data'), 0o700)
  })
})
