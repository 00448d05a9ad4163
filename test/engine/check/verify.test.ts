import { describe, expect, it } from 'vitest'
import { compareWithSnapshot, rehearseRestore } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import { MemoryFiles } from '../memory-files.ts'
import { START, Workbench, backUp, noise, smallTree } from '../workbench.ts'

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
      {
        path: 'log',
        difference: 'metadata',
        metadata: [{ what: 'mode', recorded: '0644', found: '0600' }],
      },
      { path: 'nothing here', difference: 'missing' },
      { path: 'photos/large', difference: 'content' },
    ])
    const part = await compareWithSnapshot(repository, id, files, { only: ['photos/deep'] })
    expect(part).toMatchObject({ files: 1, differences: [] })
    await expect(compareWithSnapshot(repository, id, files, { only: ['nowhere'] })).rejects.toThrow(
      'there is no nowhere',
    )
  })

  it('differs in each kind of metadata, in words; what a system puts on files by itself does not count', async () => {
    const bench = new Workbench()
    const files = new MemoryFiles(START)
    files.file('letter', 'Dear reader')
    const { metadata } = files.nodes.get('letter')!
    const attribute = (name: string, value: string) => [name, Buffer.from(value)] as const
    const extendedAttributes = [attribute('user.a', '1'), attribute('user.b', '2'), attribute('user.c', '3')]
    files.nodes.get('letter')!.metadata = { ...metadata, mtime_ns: -1n, extendedAttributes }
    const repository = await bench.init()
    const { id } = await backUp(repository, files)
    files.nodes.get('letter')!.metadata = {
      ...metadata,
      mode: 0o4755,
      gid: 7,
      mtime_ns: 1n,
      extendedAttributes: [
        attribute('security.label', 'x'),
        attribute('user.a', '1'),
        attribute('user.b', '4'),
        attribute('user.d', ''),
      ],
    }
    expect((await compareWithSnapshot(repository, id, files)).differences).toEqual([
      {
        path: 'letter',
        difference: 'metadata',
        metadata: [
          { what: 'mode', recorded: '0644', found: '4755' },
          { what: 'owner', recorded: `${metadata.uid}:${metadata.gid}`, found: `${metadata.uid}:7` },
          { what: 'time', recorded: '1969-12-31T23:59:59.999999999Z', found: '1970-01-01T00:00:00.000000001Z' },
          { what: 'attributes', recorded: 'user.b', found: 'another value of it' },
          { what: 'attributes', recorded: 'user.c', found: 'none' },
          { what: 'attributes', recorded: 'none', found: 'user.d' },
        ],
      },
    ])
  })

  it('must have names of one file where the snapshot has them', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START)
    files.file('one', 'same').file('other', 'same')
    await files.createHardLink('third', 'one')
    const { id } = await backUp(repository, files)
    expect(await compareWithSnapshot(repository, id, files)).toMatchObject({ differences: [] })
    files.remove('third').file('third', 'same')
    files.nodes.get('third')!.metadata = files.nodes.get('one')!.metadata
    expect((await compareWithSnapshot(repository, id, files)).differences).toEqual([
      {
        path: 'third',
        difference: 'metadata',
        metadata: [{ what: 'hard links', recorded: 'one file', found: 'several' }],
      },
    ])
    // With one of the names alone nothing can be said.
    expect(await compareWithSnapshot(repository, id, files, { only: ['third'] })).toMatchObject({ differences: [] })
  })

  it('is compared where a filter says, with what is missing there', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    const { id } = await backUp(repository, files)
    files.remove('photos/deep').remove('letters').file('log', 'changed')
    const include = (path: string): boolean => path === 'photos/deep/er' || path === 'letters/first'
    const compared = await compareWithSnapshot(repository, id, files, { include })
    expect(compared.differences).toEqual([
      { path: 'letters/first', difference: 'missing' },
      { path: 'photos/deep/er', difference: 'missing' },
    ])
    const exclude = (path: string): boolean => path === 'letters' || path === 'photos/deep' || path === 'log'
    expect((await compareWithSnapshot(repository, id, files, { exclude })).differences).toEqual([])
  })
})
