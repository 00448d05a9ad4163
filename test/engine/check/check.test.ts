import { describe, expect, it } from 'vitest'
import { heldBytes } from '../../../src/engine/bytes/held-bytes.ts'
import { EngineError } from '../../../src/engine/errors.ts'
import { bytesFidelity, check, forget, restore } from '../../../src/engine/index.ts'
import type { CheckReport, Repository } from '../../../src/engine/index.ts'
import { hexOf } from '../../../src/engine/encoding/encoding.ts'
import { AddressCursor } from '../../../src/engine/index/address.ts'
import { PACK_HEADER_BYTES } from '../../../src/engine/index/chunk-index.ts'
import type { Pack } from '../../../src/engine/index/chunk-index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import { encodeTree } from '../../../src/engine/trees/tree-encoding.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, noise, smallTree } from '../workbench.ts'

async function sound(): Promise<{ bench: Workbench; files: MemoryFiles; id: string; packs: readonly Pack[] }> {
  const bench = new Workbench()
  const repository = await bench.init()
  const files = smallTree().file('more', noise(9, 12_000))
  const { id } = await backUp(repository, files)
  return { bench, files, id, packs: repository.index.packs() }
}

const checked = async (bench: Workbench, readData = 1): Promise<CheckReport> => check(await bench.open(), { readData })

/** What a restore gives back differs from what was backed up only where it says so. */
async function expectNothingSilentlyWrong(repository: Repository, id: string, files: MemoryFiles): Promise<void> {
  const target = new MemoryFiles()
  let failed: ReadonlySet<string>
  try {
    const report = await restore(repository, id, target)
    failed = new Set(report.failedFiles.map(({ path }) => path))
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError)
    return
  }
  for (const [path, { kind, content }] of files.nodes) {
    if (kind !== 'file' || failed.has(path)) continue
    expect(Buffer.compare(target.nodes.get(path)!.content, content), path).toBe(0)
  }
}

describe('check', () => {
  it('finds nothing in a sound repository', async () => {
    const { bench, packs } = await sound()
    const report = await checked(bench)
    expect(report).toMatchObject({
      snapshots: 1,
      packs: packs.length,
      packsRead: packs.length,
      unreferenced: [],
      errors: [],
    })
    expect(packs.length).toBeGreaterThan(4)
    const stored = bench.store.contents('data/').reduce((sum, [, size]) => sum + size, 0)
    // Every byte of every pack but the length at its end, and trees once more for the structure.
    expect(report.read_bytes).toBeGreaterThanOrEqual(stored)
  })

  it('reads a share of the packs', async () => {
    const { bench, packs } = await sound()
    expect((await checked(bench, 0)).packsRead).toBe(0)
    expect((await checked(bench, 0.5)).packsRead).toBe(Math.ceil(packs.length / 2))
    expect((await checked(bench, 1e-9)).packsRead).toBe(1)
  })

  it('names a pack that is missing, and the snapshots that need it, without reading data', async () => {
    const { bench, packs, id } = await sound()
    for (const pack of packs) {
      const attempt = bench.surviving()
      attempt.store.damage(packPath(pack.name), () => undefined)
      const { errors } = await checked(attempt, 0)
      expect(errors).toContainEqual({ kind: 'pack', subject: pack.name, message: 'it is not in the store' })
      expect(errors.some(({ kind, subject }) => kind === 'snapshot' && subject === id)).toBe(true)
    }
  })

  it('names a pack that is cut off or longer, without reading data', async () => {
    const { bench, packs } = await sound()
    const { name, size } = packs[0]!
    for (const [change, length] of [
      [(bytes: Uint8Array) => bytes.subarray(0, size - 1), size - 1],
      [(bytes: Uint8Array) => bytes.subarray(0, 10), 10],
      [(bytes: Uint8Array) => bytes.subarray(0, 0), 0],
      [(bytes: Uint8Array) => Buffer.concat([bytes, bytes]), 2 * size],
    ] as const) {
      const attempt = bench.surviving()
      attempt.store.damage(packPath(name), change)
      expect((await checked(attempt, 0)).errors).toContainEqual({
        kind: 'pack',
        subject: name,
        message: `it has ${length} bytes, and was written with ${size}`,
      })
    }
  })

  it('tells the same, however many packs are read at once', async () => {
    const { bench, packs } = await sound()
    for (const { name } of packs.slice(1, 4))
      bench.store.damage(packPath(name), (bytes) =>
        bytes.fill(bytes[PACK_HEADER_BYTES]! ^ 1, PACK_HEADER_BYTES, PACK_HEADER_BYTES + 1),
      )
    const inTurn = await checked(bench)
    expect(new Set(inTurn.errors.map(({ subject }) => subject)).size).toBeGreaterThanOrEqual(3)
    expect(await check(await bench.open(), { readData: 1, packsAtOnce: 3 })).toEqual(inTurn)
  })

  it('finds a flipped bit in each part of each pack', async () => {
    const { bench, packs } = await sound()
    for (const { name, size, sealed_bytes } of packs) {
      const segmentsEnd = PACK_HEADER_BYTES + sealed_bytes.reduce((sum, bytes) => sum + bytes, 0)
      const places = {
        magic: 0,
        version: 4,
        kind: 5,
        salt: PACK_HEADER_BYTES - 1,
        'first segment': PACK_HEADER_BYTES,
        'last segment': segmentsEnd - 1,
        directory: segmentsEnd,
        'tag of the directory': size - 5,
        'length of the directory': size - 4,
      }
      for (const [part, at] of Object.entries(places)) {
        const attempt = bench.surviving()
        attempt.store.damage(packPath(name), (bytes) => bytes.fill(bytes[at]! ^ 1, at, at + 1))
        const { errors } = await checked(attempt)
        expect(
          errors.map(({ subject }) => subject),
          part,
        ).toContain(name)
      }
    }
  })

  it('names an index file or snapshot that is damaged, and misses an index file that is not there', async () => {
    const { bench, id } = await sound()
    const [index] = bench.store.names('index/')
    const damaged = bench.surviving()
    damaged.store.damage(index!, (bytes) => bytes.fill(1, 20, 21))
    expect((await checked(damaged, 0)).errors).toContainEqual(
      expect.objectContaining({ kind: 'index', subject: index!.slice('index/'.length) }),
    )
    const missing = bench.surviving()
    missing.store.damage(index!, () => undefined)
    const { errors, unreferenced } = await checked(missing, 0)
    expect(errors).toMatchObject([{ kind: 'snapshot', subject: id }])
    expect(unreferenced.length).toBeGreaterThan(4)
    const snapshot = bench.surviving()
    snapshot.store.damage(`snapshots/${id}`, (bytes) => bytes.subarray(1))
    expect((await checked(snapshot, 0)).errors).toMatchObject([{ kind: 'snapshot', subject: id }])
  })
})

describe('check --read-data', () => {
  it('finds a chunk that was stored under the address of another, as broken memory would', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    await backUp(repository, files)
    const writer = repository.writer()
    const cursor = new AddressCursor()
    const wrong = noise(99, 500)
    cursor.bytes.set(noise(100, 32))
    writer.add('data', cursor, wrong)
    const chunks = new Uint8Array(cursor.bytes)
    const tree = encodeTree([
      { name: 'x', kind: 'file', metadata: { mode: 0, uid: 0, gid: 0, mtime_ns: 0n }, size: 500, files: 1, chunks },
    ])
    bytesFidelity.identify(tree, repository.keys, cursor.bytes, 0)
    const root = hexOf(cursor.bytes)
    writer.add('trees', cursor, tree)
    await writer.finish()
    const [sample] = await repository.snapshots()
    const { id: _id, ...like } = sample!
    const { id } = await repository.writeSnapshot({ ...like, tree: root })
    expect((await checked(bench, 0)).errors).toEqual([])
    const { errors } = await checked(bench)
    expect(errors).toMatchObject([
      { kind: 'pack', message: expect.stringContaining('the content is not that of its id') },
    ])
    const report = await restore(await bench.open(), id, new MemoryFiles())
    expect(report.failedFiles).toMatchObject([{ path: 'x' }])
  })

  it('does not mind what a forgotten chain has left', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id } = await backUp(repository, smallTree(), 'full')
    await backUp(repository, smallTree(), 'snapshot')
    await forget(repository, [id])
    expect((await checked(bench)).errors).toEqual([])
  })
})

describe('every blob of a repository', () => {
  const changes: Array<[what: string, change: (bytes: Uint8Array, other: Uint8Array) => Uint8Array | undefined]> = [
    ['deleted', () => undefined],
    ['emptied', () => new Uint8Array(0)],
    ['cut in half', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['with a bit flipped at the beginning', (bytes) => bytes.fill(bytes[0]! ^ 0x80, 0, 1)],
    [
      'with a bit flipped in the middle',
      (bytes) => bytes.fill(bytes[bytes.length >> 1]! ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1),
    ],
    ['with a bit flipped at the end', (bytes) => bytes.fill(bytes.at(-1)! ^ 4, bytes.length - 1)],
    ['longer by a byte', (bytes) => Uint8Array.from([...bytes, 0])],
    ['in the place of another', (_bytes, other) => other],
  ]

  for (const [what, change] of changes) {
    it(`${what} is noticed, and nothing is restored silently wrong`, async () => {
      const { bench, files, id } = await sound()
      const names = bench.store.names()
      for (const [at, name] of names.entries()) {
        const attempt = bench.surviving()
        // Its neighbour, of the same kind where there is one.
        const sibling = names.find((other) => other !== name && other.split('/')[0] === name.split('/')[0])
        const other = heldBytes(await bench.store.get(sibling ?? names[(at + 1) % names.length]!))
        attempt.store.damage(name, (bytes) => change(bytes, other))
        let noticed: boolean
        const where = `${name} ${what}`
        try {
          const repository = await attempt.open()
          await expectNothingSilentlyWrong(repository, id, files)
          noticed = (await check(repository, { readData: 1 })).errors.length > 0
        } catch (error) {
          expect(error, where).toBeInstanceOf(EngineError)
          noticed = true
        }
        // A snapshot that is gone was forgotten, as far as anybody can tell; the principal's name and the date in a key
        // file are for people, and not authenticated.
        const isUnknowable = name.startsWith('keys/') || (name.startsWith('snapshots/') && what === 'deleted')
        expect(noticed || isUnknowable, where).toBe(true)
      }
    })
  }
})

describe('a pack of very many chunks', () => {
  it('is checked, and its addresses are written in hexadecimal, like any other', async () => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, {
      chunker: { min: 32, avg: 64, max: 128, normalisation: 2 },
      pack_bytes: 1_048_576,
    })
    await backUp(repository, new MemoryFiles().file('data', noise(3, 400_000)))
    const { errors } = await check(await bench.open(), { readData: 1 })
    expect(errors).toEqual([])
    const bytes = noise(4, 200_000)
    expect(hexOf(bytes)).toBe(Buffer.from(bytes).toString('hex'))
  })
})
