import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { TAG_BYTES, encrypt } from '../../src/engine/cryptography/cryptography.ts'
import { EngineError } from '../../src/engine/errors.ts'
import { bytesFidelity, check, repair, restore } from '../../src/engine/index.ts'
import { openDirectory, packSeal, readPackHeader, sealDirectory } from '../../src/engine/packs/pack-format.ts'
import { MemoryFiles } from './memory-files.ts'
import { Workbench, backUp, noise, smallTree } from './workbench.ts'

/** Bytes at random, with the marks of a pack or without, and lengths that promise too much. */
const anyPack = fc
  .tuple(
    fc.constantFrom('FDPK\u0001\u0000\0\0', 'FDPK\u0001\u0001\0\0', 'FDPK\u0002\u0000\0\0', 'FDPK\u0001\u0009\0\0', ''),
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(Uint8Array.of(0xff, 0xff, 0xff, 0xff), Uint8Array.of(0, 0, 0, 0), Uint8Array.of(40, 0, 0, 0)),
  )
  .map(([magic, body, trailer]) => Uint8Array.from([...Buffer.from(magic, 'latin1'), ...body, ...trailer]))

describe('packs of whatever bytes', () => {
  test.prop([fc.array(anyPack, { minLength: 1, maxLength: 3 }), fc.boolean()], { numRuns: 100 })(
    'give errors that say so: no hang, no crash, nothing restored wrong',
    async (packs, replace) => {
      const bench = new Workbench()
      const files = smallTree()
      const { id } = await backUp(await bench.init(), files)
      const names = bench.store.names('data/')
      for (const [at, bytes] of packs.entries()) {
        if (replace) bench.store.damage(names[at % names.length]!, () => bytes)
        else {
          const name = Buffer.from(noise(at, 32)).toString('hex')
          await bench.store.put(`data/${name.slice(0, 2)}/${name}`, [bytes])
        }
      }
      const { errors, unreferenced } = await check(await bench.open(), { readData: 1 })
      if (replace) expect(errors.length).toBeGreaterThan(0)
      else expect({ errors, strangers: unreferenced.length }).toEqual({ errors: [], strangers: packs.length })
      const report = await repair(await bench.open(), { readData: true })
      expect(report.damagedPacks).toHaveLength(replace ? Math.min(packs.length, names.length) : packs.length)
      const target = new MemoryFiles()
      try {
        const { failedFiles } = await restore(await bench.open(), id, target)
        if (!replace) expect(target.describe()).toEqual(files.describe())
        else if (failedFiles.length === 0) expect(target.describe()).toEqual(files.describe())
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
        expect(replace).toBe(true)
      }
    },
  )

  const seal = packSeal(noise(1, 32), 'data', noise(2, 32), 'aes-256-gcm', bytesFidelity.sealing)

  test.prop([anyPack])('have headers and directories that are refused', (bytes) => {
    for (const read of [() => readPackHeader(bytes), () => openDirectory(seal, bytes, bytesFidelity)]) {
      try {
        read()
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
      }
    }
  })

  test.prop([fc.uint8Array({ maxLength: 300 })])(
    'are refused even if whoever has the key sealed nonsense as their directory',
    (nonsense) => {
      const real = sealDirectory(
        seal,
        {
          sealed_bytes: Uint32Array.of(1),
          plain_bytes: Uint32Array.of(1),
          chunks: Uint32Array.of(1),
          addresses: noise(1, 32),
          lengths: Uint32Array.of(1),
        },
        bytesFidelity,
      )
      expect(openDirectory(seal, real, bytesFidelity).chunks).toEqual(Uint32Array.of(1))
      const nonce = new Uint8Array(12).fill(0xff, 0, 4)
      const sealed = encrypt(nonsense, { cipher: seal.cipher, key: seal.key, nonce, associatedData: seal.header })
      const tail = new Uint8Array(sealed.length + 4)
      tail.set(sealed)
      new DataView(tail.buffer).setUint32(sealed.length, nonsense.length + TAG_BYTES, true)
      try {
        openDirectory(seal, tail, bytesFidelity)
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
      }
    },
  )
})
