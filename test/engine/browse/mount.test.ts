import { describe, expect, it } from 'vitest'
import { mountSnapshot } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, noise } from '../workbench.ts'

describe('a mounted snapshot', () => {
  const image = noise(1, 200_000)

  async function mounted() {
    const bench = new Workbench()
    const files = new MemoryFiles().file('image', image).file('other', noise(2, 5000)).file('empty', noise(3, 0))
    const { id } = await backUp(await bench.init(), files)
    return { bench, snapshot: await mountSnapshot(await bench.open(), id) }
  }

  it('names its files', async () => {
    const { snapshot } = await mounted()
    expect(snapshot.files).toEqual([
      { path: 'empty', size: 0 },
      { path: 'image', size: 200_000 },
      { path: 'other', size: 5000 },
    ])
  })

  it.each([
    [0, 200_000],
    [0, 1],
    [99_999, 100_001],
    [1234, 5678],
    [199_990, 300_000],
    [200_000, 200_010],
  ])('reads the bytes from %i to %i, as they were', async (start, end) => {
    const { snapshot } = await mounted()
    expect(await snapshot.read('image', { start, end })).toEqual(image.slice(start, end))
  })

  it('reads a part without the rest', async () => {
    const { bench, snapshot } = await mounted()
    // The list of its chunks is read once.
    await snapshot.read('image', { start: 0, end: 1 })
    let fetched_bytes = 0
    const get = bench.store.get.bind(bench.store)
    bench.store.get = async (...request) => {
      const content = await get(...request)
      fetched_bytes += content.length
      return content
    }
    await snapshot.read('image', { start: 50_000, end: 51_000 })
    expect(fetched_bytes).toBeLessThan(20_000)
  })

  it('says what cannot be read', async () => {
    const { bench, snapshot } = await mounted()
    await expect(snapshot.read('nothing', { start: 0, end: 1 })).rejects.toThrow('there is no file nothing')
    await snapshot.read('image', { start: 0, end: 1 })
    for await (const { name } of bench.store.list('data/')) await bench.store.delete(name)
    await expect(snapshot.read('image', { start: 0, end: 10 })).rejects.toThrow(/image cannot be read: pack .* is gone/)
  })
})
