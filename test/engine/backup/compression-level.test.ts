import { expect, it } from 'vitest'
import { backup } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, noise, restored } from '../workbench.ts'

const words = ['to be ', 'or not ', 'that is ', 'the question ', 'whether ', 'nobler ', 'in the mind ']

it('compresses new content as hard as a backup asks, which makes no difference to restores and to what is found again', async () => {
  const files = new MemoryFiles()
  const text = [...noise(3, 20_000)].map((byte) => words[byte % words.length]).join('')
  for (const part of [0, 1, 2]) files.file(`play ${part}`, text.slice(part * 30_000, (part + 1) * 30_000))
  const stored_bytes = async (compressionLevel?: number): Promise<number> => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, {
      chunker: { min: 4096, avg: 8192, max: 65_536, normalisation: 2 },
      pack_bytes: 100_000,
    })
    const how = { type: 'snapshot', host: 'here', dataset: 'plays' } as const
    const report = await backup(repository, files, {
      ...how,
      ...(compressionLevel === undefined ? {} : { compressionLevel }),
    })
    expect(await restored(await bench.open(), report.snapshot.id)).toEqual(files.describe())
    expect((await backup(await bench.open(), files, { ...how, readAll: true })).newChunks).toBe(0)
    return report.stored_bytes
  }
  const [off, fast, usual, max] = [
    await stored_bytes(0),
    await stored_bytes(1),
    await stored_bytes(),
    await stored_bytes(19),
  ]
  expect(off).toBeGreaterThan(90_000)
  expect(fast).toBeLessThan(off / 2)
  expect(max).toBeLessThan(fast)
  expect(usual).toBe(await stored_bytes(3))
})
