import { describe, expect, it } from 'vitest'
import { compareWithSnapshot, rehearseRestore } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import { Workbench, backUp, noise, smallTree } from '../workbench.ts'

describe('a rehearsed restore', () => {
  it('reads and verifies what a restore would, and keeps nothing', async () => {
    const bench = new Workbench()
    const files = smallTree()
    const { id, source_bytes } = await backUp(await bench.init(), files)
    const report = await rehearseRestore(await bench.open(), id)
    expect(report).toMatchObject({ verified_bytes: source_bytes, failedFiles: [] })
    expect(report.fetched_bytes).toBeGreaterThan(5000)
    expect(await rehearseRestore(await bench.open(), id, { only: ['letters'] })).toMatchObject({ files: 2 })
  })

  it('finds each pack that is damaged', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id } = await backUp(repository, smallTree())
    for (const { name, kind } of repository.index.packs()) {
      if (kind === 'trees') continue
      const damaged = bench.surviving()
      damaged.store.damage(packPath(name), (bytes) => bytes.fill(bytes[60]! ^ 1, 60, 61))
      expect((await rehearseRestore(await damaged.open(), id)).failedFiles.length, name).toBeGreaterThan(0)
    }
  })
})

describe('a tree compared with a snapshot', () => {
  it('is the same, or differs in what is told', async () => {
    const bench = new Workbench()
    const files = smallTree()
    const repository = await bench.init()
    const { id } = await backUp(repository, files)
    expect(await compareWithSnapshot(repository, id, files)).toMatchObject({
      differences: [],
      compared_bytes: 9000 + 300 + 5600 + 11 + 24,
    })
    const { metadata } = files.nodes.get('log')!
    files.file('photos/large', noise(5, 9000)).file('letters/new', '').remove('nothing here')
    files.nodes.get('log')!.metadata = { ...metadata, mode: 0o600 }
    const compared = await compareWithSnapshot(repository, id, files, { window_bytes: 1000 })
    expect(compared.differences).toEqual([
      { path: 'letters/new', difference: 'extra' },
      { path: 'log', difference: 'metadata' },
      { path: 'nothing here', difference: 'missing' },
      { path: 'photos/large', difference: 'content' },
    ])
    const part = await compareWithSnapshot(repository, id, files, { only: ['photos/deep'] })
    expect(part).toMatchObject({ files: 1, differences: [] })
    await expect(compareWithSnapshot(repository, id, files, { only: ['nowhere'] })).rejects.toThrow(
      'there is no nowhere',
    )
  })
})
