import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { directorySource } from '../../../../src/adapters/real/source/directory-source.ts'
import { directoryStore } from '../../../../src/adapters/real/directory-store.ts'
import { directoryTarget } from '../../../../src/adapters/real/target/directory-target.ts'
import { sealingThreads } from '../../../../src/adapters/real/threads/sealing-threads.ts'
import { threadPool } from '../../../../src/adapters/real/threads/thread-pool.ts'
import { systemPorts } from '../../../../src/adapters/real/system.ts'
import { bytesFidelity } from '../../../../src/engine/bytes/bytes-fidelity.ts'
import { AuthenticationError } from '../../../../src/engine/errors.ts'
import { backup, check, initRepository, restore } from '../../../../src/engine/index.ts'
import type { SealContext } from '../../../../src/engine/ports.ts'
import { credentials, smallOptions } from '../../../engine/workbench.ts'

const threads = sealingThreads(2)
/** Without threads. */
const here = systemPorts({ warn() {} }).fidelity
const keys = { id: randomBytes(32), chunker: randomBytes(32) }
const context = (segment: number): SealContext => ({
  key: new Uint8Array(32).fill(7),
  segment,
  associatedData: new Uint8Array(70),
  cipher: 'aes-256-gcm',
  compression: 'zstd',
})
const text = Buffer.from('all work and no play '.repeat(20_000))

describe('sealing on other threads', () => {
  it('gives the bytes that sealing here gives, whatever the order in which threads end', async () => {
    const contents = [text, randomBytes(700_000), Buffer.from('x'), randomBytes(300), text.subarray(5)]
    const sealed = await Promise.all(contents.map((content, at) => threads.seal(content, context(at))))
    expect(sealed.map(hex)).toEqual(contents.map((content, at) => hex(here.seal(content, context(at)))))
  })

  it('has copied what it was given when it returns', async () => {
    const content = Buffer.from(text)
    const sealing = threads.seal(content, context(1))
    content.fill(0)
    expect(hex(await sealing)).toBe(hex(here.seal(text, context(1))))
  })

  it('takes the ids of many bytes in shared memory, and of no others', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2_000_003)).subarray(3)
    shared.set(randomBytes(shared.length))
    const ends = [1, 70_000, 70_001, 999_999, 2_000_000]
    const expected = new Uint8Array(32 * ends.length)
    for (const [at, end] of ends.entries())
      bytesFidelity.identify(shared.subarray(ends[at - 1] ?? 0, end), keys, expected, at * 32)
    expect(hex(await threads.identify(shared, ends, keys))).toBe(hex(expected))
    expect(threads.identify(shared, [], keys)).toBeUndefined()
    expect(threads.identify(shared.subarray(0, 1000), [1000], keys)).toBeUndefined()
    expect(threads.identify(Uint8Array.from(shared), ends, keys)).toBeUndefined()
    // Wherever in words it lies.
    for (let start = 0; start < 8; start++)
      expect(hex(await threads.seal(shared.subarray(start, 5000), context(1)))).toBe(
        hex(here.seal(shared.subarray(start, 5000), context(1))),
      )
  })

  it('opens, and takes the ids of the chunks', async () => {
    const sealed = here.seal(text, context(3))
    const chunks = [
      { start: 0, end: 1000 },
      { start: 5000, end: text.length },
    ]
    const expected = new Uint8Array(64)
    for (const [at, { start, end }] of chunks.entries())
      bytesFidelity.identify(text.subarray(start, end), keys, expected, at * 32)
    const opened = await threads.open(sealed, text.length, context(3), keys, chunks, true)
    expect(hex(opened.plain)).toBe(hex(text))
    expect(hex(opened.ids)).toBe(hex(expected))
    const verified = await threads.open(sealed, text.length, context(3), keys, chunks, false)
    expect(verified.plain).toBeUndefined()
    expect(hex(verified.ids)).toBe(hex(expected))
  })

  it('tells damage as opening here does', async () => {
    const sealed = Buffer.from(hex(here.seal(text, context(4))), 'hex')
    sealed[10]! ^= 1
    await expect(threads.open(sealed, text.length, context(4), keys, [], true)).rejects.toThrow(AuthenticationError)
  })

  it('may begin before there is anything to do, and again', async () => {
    const early = sealingThreads(3)
    early.begin?.()
    early.begin?.()
    expect(hex(await early.seal(text, context(1)))).toBe(hex(here.seal(text, context(1))))
  })

  it('is done by the same threads for all repositories of a program that ask for as many', () => {
    expect(threadPool(2)).toBe(threadPool(2))
    expect(threadPool(5)).not.toBe(threadPool(2))
  })
})

describe('a backup on several threads', () => {
  const place = mkdtempSync(join(tmpdir(), 'firedrill-threads-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it('holds every chunk once and is whole', async () => {
    const source = mkdtempSync(join(place, 'source-'))
    const repeated = randomBytes(3_000_000)
    for (let file = 0; file < 6; file++) writeFileSync(join(source, `${file}.bin`), repeated)
    for (let file = 0; file < 300; file++) writeFileSync(join(source, `${file}.txt`), `${file} `.repeat(5000))
    const ports = { ...systemPorts({ warn() {} }), fidelity: { ...bytesFidelity, threads } }
    const store = directoryStore(mkdtempSync(join(place, 'store-')), { durable: false })
    const chunker = { min: 16_384, avg: 65_536, max: 262_144, normalisation: 2 }
    const options = { ...smallOptions, chunker, pack_bytes: 1_000_000, verifyAfterSeal: false }
    const repository = await initRepository(ports, store, credentials, options)
    const report = await backup(repository, directorySource(source), { type: 'snapshot', host: 'h', dataset: 'd' })
    expect(report.new_bytes).toBeLessThan(repeated.length + 300 * 20_000 + 100_000)
    const { errors } = await check(repository, { readData: 1, request_bytes: 1_000_000 })
    expect(errors).toEqual([])
    const restored = join(place, 'restored')
    const { failedFiles } = await restore(repository, report.snapshot.id, directoryTarget(restored))
    expect(failedFiles).toEqual([])
    expect(readFileSync(join(restored, '5.bin')).equals(repeated)).toBe(true)
    for (let file = 0; file < 300; file++)
      expect(readFileSync(join(restored, `${file}.txt`), 'utf8')).toBe(`${file} `.repeat(5000))
  })
})

function hex(content: unknown): string {
  if (!(content instanceof Uint8Array)) throw new TypeError('bytes were expected')
  return Buffer.from(content).toString('hex')
}
