import { describe, expect, it } from 'vitest'
import { check, copySnapshots, forget, prune } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { DAY_S, Workbench, backUp, noise, restored, smallTree } from '../workbench.ts'

async function twoRepositories() {
  const origin = new Workbench()
  const from = await origin.init()
  const target = new Workbench()
  const to = await target.init(from)
  return { origin, from, target, to }
}

describe('a copy of snapshots', () => {
  it('restores equal, chains and all, when the origin is gone', async () => {
    const { origin, from, target, to } = await twoRepositories()
    const files = smallTree()
    const states: string[][] = []
    for (const [at, type] of (['full', 'incremental', 'differential', 'snapshot', 'snapshot'] as const).entries()) {
      files.file('log', 'line\n'.repeat(100 * at)).file(`new ${at}`, noise(at, 2000))
      await backUp(from, files, type)
      states.push(files.describe())
      origin.pass(DAY_S)
    }
    const report = await copySnapshots(from, to)
    expect(report.snapshots).toHaveLength(5)
    const originals = await from.snapshots()
    const reopened = await target.open()
    for (const [at, copy] of (await reopened.snapshots()).entries()) {
      expect(copy.original).toBe(originals[at]!.id)
      expect(copy).toMatchObject({ time: originals[at]!.time, type: originals[at]!.type, tree: originals[at]!.tree })
      expect(await restored(reopened, copy.id)).toEqual(states[at])
    }
    expect((await check(reopened, { readData: 1 })).errors).toEqual([])
  })

  it('moves nothing when all is copied, and only what is new after that', async () => {
    const { from, target, to } = await twoRepositories()
    const files = new MemoryFiles().file('large', noise(1, 60_000)).file('deep/er/small', 'small')
    await backUp(from, files)
    const first = await copySnapshots(from, to)
    expect(first.fetched_bytes).toBeGreaterThan(60_000)
    const before = target.store.contents()
    expect(await copySnapshots(from, to)).toEqual({ snapshots: [], fetched_bytes: 0, stored_bytes: 0 })
    expect(target.store.contents()).toEqual(before)
    await backUp(from, files.file('deep/er/new', noise(2, 3000)))
    const second = await copySnapshots(from, to)
    expect(second.fetched_bytes).toBeGreaterThan(3000)
    expect(second.fetched_bytes).toBeLessThan(6000)
    expect(second.stored_bytes).toBeLessThan(6000)
    // From nothing that a client knows: the trees are read again, the content is not.
    await backUp(from, files.file('deep/er/newer', noise(3, 3000)))
    const fresh = await copySnapshots(from, await target.open())
    expect(fresh.fetched_bytes).toBeLessThan(12_000)
    for (const { id, original } of await to.snapshots())
      expect(await restored(to, id)).toEqual(await restored(from, original!))
  })

  it('copies chosen snapshots, and knows a copy of a copy', async () => {
    const { from, to } = await twoRepositories()
    const files = smallTree()
    await backUp(from, files)
    const second = await backUp(from, files.file('x', 'x'))
    expect((await copySnapshots(from, to, { snapshots: [second.id] })).snapshots).toMatchObject([
      { original: second.id },
    ])
    const third = await new Workbench().init(from)
    await copySnapshots(to, third)
    expect(await third.snapshots()).toMatchObject([{ original: second.id }])
    expect((await copySnapshots(from, third)).snapshots).toHaveLength(1)
    await expect(copySnapshots(from, to, { snapshots: ['nothing'] })).rejects.toThrow('there is no snapshot nothing')
  })

  it('is refused to a repository with other keys', async () => {
    const from = await new Workbench().init()
    const to = await new Workbench().init()
    await expect(copySnapshots(from, to)).rejects.toThrow('they do not share keys')
  })

  it('outlives what it was made from', async () => {
    const { origin, from, to } = await twoRepositories()
    const files = smallTree()
    const { id } = await backUp(from, files)
    await copySnapshots(from, to)
    await forget(from, [id])
    origin.pass(3 * DAY_S)
    await prune(from, { grace_s: 0 })
    expect(origin.store.names('data/')).toEqual([])
    const [copy] = await to.snapshots()
    expect(await restored(to, copy!.id)).toEqual(files.describe())
  })

  it('of something damaged is not made', async () => {
    const { origin, from, target, to } = await twoRepositories()
    await backUp(from, smallTree())
    const packs = origin.store.contents('data/').sort((a, b) => b[1] - a[1])
    origin.store.damage(packs[0]![0], (bytes) => bytes.fill(1, 60, 70))
    await expect(copySnapshots(await origin.open(), to)).rejects.toThrow(/cannot copy from memory/)
    expect(target.store.names('snapshots/')).toEqual([])
  })
})
