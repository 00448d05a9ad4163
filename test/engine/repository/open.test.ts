import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { encodeValue } from '../../../src/engine/encoding/encoding.ts'
import { EngineError, RepositoryFormatError, WrongPasswordError } from '../../../src/engine/errors.ts'
import { addKey, damagedConfigs, initRepository, mendConfigs, openRepository } from '../../../src/engine/index.ts'
import type { NewRepositoryOptions } from '../../../src/engine/index.ts'
import type { Fidelity } from '../../../src/engine/ports.ts'
import { MemoryStore } from '../memory-store.ts'
import { START, Workbench, backUp, credentials, restored, smallOptions, smallTree } from '../workbench.ts'

describe('opening a repository', () => {
  it('gives what init was given', async () => {
    const bench = new Workbench()
    await bench.init()
    const { options } = await bench.open()
    expect(options).toMatchObject(smallOptions)
    expect(bench.audit).toMatchObject([{ operation: 'init', outcome: 'ok', principal: 'tester', repository: 'memory' }])
  })

  it('says when there is none', async () => {
    await expect(new Workbench().open()).rejects.toThrow('there is no repository in memory')
  })

  it('says when the password is wrong', async () => {
    const bench = new Workbench()
    await bench.init()
    const wrong = openRepository(bench.ports, bench.store, { ...credentials, password: 'wrong' })
    await expect(wrong).rejects.toThrow(WrongPasswordError)
  })

  it('says when it is of another version, or not one', async () => {
    for (const [config, message] of [
      [{ magic: 'firedrill repository', version: 2 }, /has format 2, and this program reads format 1/],
      [{ magic: 'something else', version: 1 }, /is not a repository of firedrill/],
      [17, /does not hold what it should/],
    ] as const) {
      const bench = new Workbench()
      await bench.store.put('config', [encodeValue(config)])
      await expect(bench.open()).rejects.toThrow(message)
    }
  })

  it('says when it holds content of the other fidelity', async () => {
    const bench = new Workbench()
    await bench.init()
    const fidelity: Fidelity = { ...bench.ports.fidelity, name: 'extents' }
    await expect(openRepository({ ...bench.ports, fidelity }, bench.store, credentials)).rejects.toThrow(
      'memory holds bytes, and was opened to hold extents',
    )
  })

  it('goes on with the copy of a configuration that is lost or damaged, and puts it back', async () => {
    const bench = new Workbench()
    await backUp(await bench.init(), smallTree())
    expect(await damagedConfigs(await bench.open())).toEqual([{ blob: 'config-copy', isMissing: true }])
    await mendConfigs(await bench.open())
    const whole = bench.store.contents('config').map(([name, size]) => [name, size])
    for (const blob of ['config', 'config-copy'])
      for (const damage of [() => undefined, (bytes: Uint8Array) => bytes.fill(0, 3, 9), () => Uint8Array.of(1)]) {
        bench.store.damage(blob, damage)
        const repository = await bench.open()
        expect(await repository.snapshots()).toHaveLength(1)
        expect((await damagedConfigs(repository)).map((damaged) => damaged.blob)).toEqual([blob])
        await mendConfigs(repository)
        expect(await damagedConfigs(await bench.open())).toEqual([])
        expect(bench.store.contents('config').map(([name, size]) => [name, size])).toEqual(whole)
      }
    expect(bench.warnings).toHaveLength(3)
    for (const warning of bench.warnings)
      expect(warning).toContain('opened by its copy, which repair puts in its place')
    bench.store.damage('config', () => undefined)
    bench.store.damage('config-copy', (bytes) => bytes.fill(0))
    await expect(bench.open()).rejects.toThrow('there is no repository in memory')
  })

  it('says when its keys are lost', async () => {
    const bench = new Workbench()
    await bench.init()
    for (const name of bench.store.names('keys/')) bench.store.damage(name, () => undefined)
    await expect(bench.open()).rejects.toThrow('has lost its keys')
  })

  it('says which keys are damaged, and does not blame the password for it alone', async () => {
    const bench = new Workbench()
    await addKey(await bench.init(), { password: 'second', principal: 'somebody' })
    const [first, second] = bench.store.names('keys/')
    bench.store.damage(first!, () => Uint8Array.of(1, 2, 3))
    const opening = openRepository(bench.ports, bench.store, { password: 'wrong', principal: 'x' })
    await expect(opening).rejects.toThrow(WrongPasswordError)
    await expect(opening).rejects.toThrow(`with this password; and ${first!} in memory cannot be read`)
    bench.store.damage(second!, () => Uint8Array.of(1, 2, 3))
    await expect(bench.open()).rejects.toThrow(`${first!}, ${second!} in memory cannot be read: without a key`)
  })

  it('is not barred by a key that is damaged, or that an init left which did not get further', async () => {
    const bench = new Workbench()
    const lost = new MemoryStore(START)
    // Two stray keys, under the same password, with master keys of their own.
    for (const store of [lost, new MemoryStore(START)]) {
      await initRepository(bench.ports, store, credentials, smallOptions)
      const [name] = store.names('keys/')
      await bench.store.put(name!, [await store.get(name!)])
    }
    await bench.store.put(`keys/${'0'.repeat(32)}`, [Uint8Array.of(1, 2, 3)])
    await bench.init()
    expect(bench.store.names('keys/')).toHaveLength(4)
    await bench.open()
  })

  it('is not made twice in one store', async () => {
    const bench = new Workbench()
    await bench.init()
    const before = bench.store.contents()
    await expect(bench.init()).rejects.toThrow('there is a repository in memory already')
    expect(bench.store.contents()).toEqual(before)
  })

  it('is not made with chunks, packs or keys that are not possible', async () => {
    const { chunker } = smallOptions
    const impossible: Array<Partial<NewRepositoryOptions>> = [
      { chunker: { ...chunker, avg: 300 } },
      { chunker: { ...chunker, min: 0 } },
      { chunker: { ...chunker, min: 31 } },
      { chunker: { ...chunker, min: 512 } },
      { chunker: { ...chunker, max: 128 } },
      { chunker: { min: 1, avg: 4, max: 8, normalisation: 2 } },
      { pack_bytes: 0 },
      { kdf: { algorithm: 'scrypt', cost: 3 } },
      { kdf: { algorithm: 'scrypt', cost: 2 ** 21 } },
      { kdf: { algorithm: 'argon2id', memory: 7, passes: 1 } },
      { kdf: { algorithm: 'argon2id', memory: 2 ** 21, passes: 1 } },
      { kdf: { algorithm: 'argon2id', memory: 64, passes: 0 } },
    ]
    for (const wrong of impossible) {
      const bench = new Workbench()
      const options: NewRepositoryOptions = { ...smallOptions, ...wrong }
      await expect(initRepository(bench.ports, bench.store, credentials, options)).rejects.toThrow(EngineError)
      expect(bench.store.names()).toEqual([])
    }
  })
})

describe('damaged metadata', () => {
  it('does not keep a snapshot from being restored that does not need it', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    const first = await backUp(repository, files)
    const expected = files.describe()
    const indexed = new Set(bench.store.names('index/'))
    const second = await backUp(repository, files.file('new', 'new content'))
    const newIndex = bench.store.names('index/').find((name) => !indexed.has(name))!
    for (const name of [`snapshots/${second.id}`, newIndex]) bench.store.damage(name, (bytes) => bytes.fill(7, 20, 21))
    const reopened = await bench.open()
    expect((await reopened.snapshots()).map(({ id }) => id)).toEqual([first.id])
    expect(await restored(reopened, first.id)).toEqual(expected)
    expect([...reopened.damaged.keys()].sort()).toEqual([newIndex, `snapshots/${second.id}`])
    expect(bench.warnings).toHaveLength(2)
  })

  test.prop([fc.constantFrom('config', 'keys/', 'index/', 'snapshots/'), fc.uint8Array({ maxLength: 200 })], {
    numRuns: 60,
  })('of whatever bytes gives an error that says so, not a crash', async (place, bytes) => {
    const bench = new Workbench()
    await backUp(await bench.init(), smallTree())
    for (const name of bench.store.names(place)) bench.store.damage(name, () => bytes)
    try {
      const repository = await bench.open()
      await repository.snapshots()
      await repository.loadIndex()
      expect(repository.damaged.size).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toBeInstanceOf(RepositoryFormatError)
    }
  })
})
