import { expect, it } from 'vitest'
import { restore } from '../../../src/engine/index.ts'
import type { FilePart, RestoreTarget } from '../../../src/engine/ports.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, noise } from '../workbench.ts'

it('a target that would rather have files whole is given one small file after another, each with all that is due for it', async () => {
  const bench = new Workbench()
  const files = new MemoryFiles(bench.store.now).file('empty', '')
  for (let number = 0; number < 30; number++) files.file(`file ${number}`, noise(number, 100))
  const repository = await bench.init()
  const { id } = await backUp(repository, files)

  const restored = new MemoryFiles()
  const given: FilePart[] = []
  const target: RestoreTarget = {
    createDirectory: (path) => restored.createDirectory(path),
    createFile: refused,
    write: refused,
    createSymlink: refused,
    createHardLink: refused,
    createSpecial: refused,
    finish: (path, kind, metadata) => restored.finish(path, kind, metadata),
    async writeParts(parts) {
      given.push(...parts)
      for (const { path, create, writes, finish } of parts) {
        if (create !== undefined) await restored.createFile(path, create.size)
        for (const { offset, content } of writes) await restored.write(path, offset, content)
        if (finish !== undefined) await restored.finish(path, 'file', finish)
      }
    },
  }
  const report = await restore(repository, id, target)
  expect(report).toMatchObject({ files: 31, restored_bytes: 3000, failedFiles: [] })
  expect(restored.describe()).toEqual(files.describe())
  expect(given.length).toBe(31)
  expect(given.every(({ create, finish }) => create !== undefined && finish !== undefined)).toBe(true)
})

async function refused(): Promise<never> {
  throw new Error('it was given whole files')
}
