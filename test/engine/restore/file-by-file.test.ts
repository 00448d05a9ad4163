import { expect, it } from 'vitest'
import { restore } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, noise } from '../workbench.ts'

it('a target that writes at once is given one small file after another: it cannot hold thousands of them open', async () => {
  const bench = new Workbench()
  const files = new MemoryFiles(bench.store.now)
  for (let number = 0; number < 30; number++) files.file(`file ${number}`, noise(number, 100))
  const repository = await bench.init()
  const { id } = await backUp(repository, files)

  const target = Object.assign(new MemoryFiles(), { copies: true as const })
  const open = new Set<string>()
  let most = 0
  const [createFile, finish] = [target.createFile.bind(target), target.finish.bind(target)]
  target.createFile = async (path, ...others) => {
    most = Math.max(most, open.add(path).size)
    await createFile(path, ...others)
  }
  target.finish = async (path, ...others) => {
    open.delete(path)
    await finish(path, ...others)
  }
  // One request brings all of them.
  await restore(repository, id, target, { downloads: 1 })
  expect(target.describe()).toEqual(files.describe())
  expect(most).toBe(1)
})
