import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { backup } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, noise, restored } from '../workbench.ts'

/** 20 packs of 4 kB and those of trees, into a store that takes a while: the most that it was taking at once. */
async function mostAtOnce(uploads: number): Promise<number> {
  const bench = new Workbench()
  const repository = await bench.init()
  const files = new MemoryFiles(bench.store.now)
  for (let number = 0; number < 40; number++) files.file(`folder ${number}/file`, noise(number, 2000))
  let underWay = 0
  let most = 0
  const put = bench.store.put.bind(bench.store)
  bench.store.put = async (name, parts, options) => {
    if (!name.startsWith('data/')) return put(name, parts, options)
    most = Math.max(most, ++underWay)
    await wait(1)
    await put(name, parts, options)
    underWay--
  }
  const { snapshot } = await backup(repository, files, {
    type: 'snapshot',
    host: 'here',
    dataset: 'documents',
    uploads,
  })
  expect(await restored(await bench.open(), snapshot.id)).toEqual(files.describe())
  return most
}

it.each([1, 2, 3, 4])('a store takes just as many packs at once as `uploads` says: %i', async (uploads) => {
  expect(await mostAtOnce(uploads)).toBe(uploads)
})
