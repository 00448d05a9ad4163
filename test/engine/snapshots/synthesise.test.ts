import { describe, expect, it } from 'vitest'
import { backup, check, copySnapshots, forget, prune, synthesiseFull } from '../../../src/engine/index.ts'
import type { BackupType } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import type { MemoryFiles } from '../memory-files.ts'
import { DAY_S, Workbench, backUp, noise, restored, smallTree } from '../workbench.ts'

/** A full on Sunday and an incremental on each day after it, of a tree that changes; its last state. */
async function chain(
  bench: Workbench,
  type: BackupType = 'incremental',
): Promise<{ files: MemoryFiles; ids: string[] }> {
  const repository = await bench.init()
  const files = smallTree().file('image', noise(8, 40_000))
  const ids: string[] = []
  for (const day of [0, 1, 2, 3]) {
    files
      .file('photos/large', Uint8Array.from([...noise(day, 3000), ...noise(1, 6000)]))
      .file(`day ${day}`, `day ${day}`)
    ids.push((await backUp(repository, files, day === 0 ? 'full' : type)).id)
    bench.pass(DAY_S)
  }
  return { files, ids }
}

describe('a synthetic full backup', () => {
  it('holds what the last of its chain holds, and outlives the chain', async () => {
    const bench = new Workbench()
    const { files, ids } = await chain(bench)
    const repository = await bench.open()
    const { snapshot, fetched_bytes, stored_bytes } = await synthesiseFull(repository, ids.at(-1)!)
    const last = await repository.snapshot(ids.at(-1)!)
    expect(snapshot).toMatchObject({
      type: 'full',
      time: last.time,
      files: last.files,
      source_bytes: last.source_bytes,
    })
    expect(snapshot).toMatchObject({ synthesisedFrom: last.id })
    expect(snapshot.base).toBeUndefined()
    // All of it crossed to the repository and back, though nothing was read from the source.
    expect(fetched_bytes).toBeGreaterThan(40_000)
    expect(stored_bytes).toBeGreaterThan(40_000)
    await forget(repository, ids)
    await prune(repository, { grace_s: 0, maxUnused: 0 })
    await prune(repository, { grace_s: 0, maxUnused: 0 })
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
    expect(await restored(await bench.open(), snapshot.id)).toEqual(files.describe())
  })

  it('shares no chunk with the chain: whatever becomes of its packs', async () => {
    const bench = new Workbench()
    const { files, ids } = await chain(bench)
    const repository = await bench.open()
    await repository.loadIndex()
    const before = repository.index.packs().map(({ name }) => name)
    const { snapshot } = await synthesiseFull(repository, ids.at(-1)!)
    for (const name of before) bench.store.damage(packPath(name), () => undefined)
    expect(await restored(await bench.open(), snapshot.id)).toEqual(files.describe())
  })

  it.each(['incremental', 'differential'] as const)('is what later %s backups lean on', async (type) => {
    const bench = new Workbench()
    const { files, ids } = await chain(bench, type)
    const repository = await bench.open()
    const { snapshot: full } = await synthesiseFull(repository, ids.at(-1)!)
    files.file('letters/first', 'Dear reader, once more')
    const report = await backup(repository, files, { type, host: 'here', dataset: 'documents', window_bytes: 4096 })
    expect(report.snapshot).toMatchObject({ type, base: full.id })
    expect(report.read_bytes).toBeLessThan(100)
    await forget(repository, ids)
    await prune(repository, { grace_s: 0, maxUnused: 0 })
    await prune(repository, { grace_s: 0, maxUnused: 0 })
    expect(await restored(await bench.open(), report.snapshot.id)).toEqual(files.describe())
  })

  it('is made of deduplicated snapshots and of copies as well', async () => {
    const bench = new Workbench()
    const origin = await bench.init()
    const files = smallTree()
    await backUp(origin, files)
    const offsite = new Workbench()
    const to = await offsite.init(origin)
    await copySnapshots(origin, to)
    const [copy] = await to.snapshots()
    const { snapshot } = await synthesiseFull(to, copy!.id)
    expect(snapshot.original).toBeUndefined()
    expect(await restored(to, snapshot.id)).toEqual(files.describe())
    // It is not taken for the copy.
    expect((await copySnapshots(origin, to)).snapshots).toEqual([])
  })

  it('of a chain that is damaged is none', async () => {
    const bench = new Workbench()
    const { ids } = await chain(bench)
    const repository = await bench.open()
    await repository.loadIndex()
    const data = repository.index.packs().find(({ kind }) => kind === 'data')!
    bench.store.damage(packPath(data.name), (bytes) => bytes.fill(0, 50, 60))
    await expect(synthesiseFull(await bench.open(), ids.at(-1)!)).rejects.toThrow('cannot make a full backup')
    expect(await (await bench.open()).snapshots()).toHaveLength(ids.length)
  })
})
