import { describe, expect, it } from 'vitest'
import { backup, check, needsRepair, repair } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import { Workbench, backUp, noise, restored, smallTree } from '../workbench.ts'

async function threeSnapshots() {
  const bench = new Workbench()
  const repository = await bench.init()
  const files = smallTree()
  const states = new Map<string, string[]>()
  const ids: string[] = []
  for (const number of [1, 2, 3]) {
    const { id } = await backUp(repository, files.file(`new ${number}`, noise(20 + number, 6000)))
    ids.push(id)
    states.set(id, files.describe())
    bench.pass(60)
  }
  return { bench, repository, states, ids }
}

const places = (bench: Workbench) => async (): Promise<unknown> => {
  const { index } = await bench.open().then(async (repository) => {
    await repository.loadIndex()
    return repository
  })
  return index
    .packs()
    .map((pack) => {
      const { name, kind, salt, size, offsets } = pack
      return { name, kind, salt, size, offsets, directory: index.directoryOf(pack) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

describe('repair', () => {
  it('makes the same index from the packs as the index files say', async () => {
    const { bench, states } = await threeSnapshots()
    const before = await places(bench)()
    expect(await needsRepair(await bench.open())).toBe(false)
    for (const name of bench.store.names('index/')) bench.store.damage(name, () => undefined)
    expect((await check(await bench.open())).errors.length).toBeGreaterThan(0)
    expect(await needsRepair(await bench.open())).toBe(true)
    const report = await repair(await bench.open())
    expect(report).toMatchObject({ damagedPacks: [], damagedSnapshots: [], forgotten: [], replaced: 0 })
    expect(await places(bench)()).toEqual(before)
    const repository = await bench.open()
    for (const [id, state] of states) expect(await restored(repository, id)).toEqual(state)
    expect((await check(repository, { readData: 1 })).errors).toEqual([])
  })

  it('replaces damaged index files', async () => {
    const { bench, repository, states } = await threeSnapshots()
    for (const name of bench.store.names('index/')) bench.store.damage(name, (bytes) => bytes.fill(3, 20, 30))
    expect(await needsRepair(await bench.open())).toBe(true)
    expect((await repair(await bench.open())).replaced).toBe(3)
    expect(await needsRepair(await bench.open())).toBe(false)
    // A client that knew the old index finds its way in the new one.
    for (const client of [await bench.open(), repository]) {
      for (const [id, state] of states) expect(await restored(client, id)).toEqual(state)
    }
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
  })

  it('tells which snapshots a lost pack takes with it, and leaves the others sound', async () => {
    const { bench, repository, states, ids } = await threeSnapshots()
    // The last data pack holds what only the third snapshot needs.
    const last = repository.index.packs().findLast(({ kind }) => kind === 'data')!
    bench.store.damage(packPath(last.name), (bytes) => bytes.fill(0, 0, 4))
    const before = bench.store.contents()
    const tried = await repair(await bench.open(), { dryRun: true, forgetDamaged: true })
    expect(bench.store.contents()).toEqual(before)
    const report = await repair(await bench.open(), { forgetDamaged: true })
    for (const { damagedPacks, damagedSnapshots } of [tried, report]) {
      expect(damagedPacks).toMatchObject([{ name: last.name, reason: 'this is not a pack' }])
      expect(new Set(damagedSnapshots.map(({ subject }) => subject))).toEqual(new Set([ids[2]]))
    }
    expect(report.forgotten).toEqual([ids[2]])
    const reopened = await bench.open()
    expect((await reopened.snapshots()).map(({ id }) => id)).toEqual(ids.slice(0, 2))
    for (const id of ids.slice(0, 2)) expect(await restored(reopened, id)).toEqual(states.get(id))
    expect((await check(reopened, { readData: 1 })).errors).toEqual([])
  })

  it('saves what is sound in a pack that is damaged in part', async () => {
    const { bench, repository, states, ids } = await threeSnapshots()
    const pack = repository.index.packs().find(({ kind, sealed_bytes }) => kind === 'data' && sealed_bytes.length > 1)!
    bench.store.damage(packPath(pack.name), (bytes) => bytes.fill(0, 50, 60))
    const before = bench.store.contents()
    const tried = await repair(await bench.open(), { readData: true, dryRun: true })
    expect(bench.store.contents()).toEqual(before)
    const { damagedPacks, damagedSnapshots } = await repair(await bench.open(), { readData: true })
    expect(damagedPacks).toMatchObject([{ name: pack.name, lost: pack.chunks[0] }])
    expect(tried).toMatchObject({ damagedPacks, damagedSnapshots })
    expect(damagedPacks[0]!.rescued).toBeGreaterThan(0)
    const { errors, unreferenced } = await check(await bench.open(), { readData: 1 })
    expect(errors.every(({ kind }) => kind === 'snapshot')).toBe(true)
    expect(unreferenced).toEqual([pack.name])
    // What is stored anew by the next backup heals all snapshots.
    const files = smallTree()
    for (const number of [1, 2, 3]) files.file(`new ${number}`, noise(20 + number, 6000))
    await backUp(await bench.open(), files, 'snapshot', 'another dataset')
    const healed = await bench.open()
    expect((await check(healed, { readData: 1 })).errors).toEqual([])
    for (const id of ids) expect(await restored(healed, id)).toEqual(states.get(id))
  })

  it('has the next backup read everything where chunks were lost for good, so that it is whole, and no later one', async () => {
    const bench = new Workbench()
    const files = smallTree()
    const repository = await bench.init()
    await backUp(repository, files)
    const pack = repository.index.packs().find(({ kind }) => kind === 'data')!
    bench.store.damage(packPath(pack.name), () => undefined)
    bench.pass(60)
    expect((await repair(await bench.open())).damagedSnapshots.length).toBeGreaterThan(0)
    const read: number[] = []
    for (const _ of [1, 2]) {
      bench.pass(60)
      const client = await bench.open()
      const report = await backup(client, files, { type: 'snapshot', host: 'here', dataset: 'documents' })
      read.push(report.filesRead)
      expect(await restored(client, report.snapshot.id)).toEqual(files.describe())
    }
    expect(read).toEqual([6, 0])
    // The earlier one needs the same chunks, and has them again.
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
  })

  it('is what a backup asks for that would build on a damaged snapshot, and lets it go on', async () => {
    const { bench, repository, states } = await threeSnapshots()
    for (const { kind, name } of repository.index.packs())
      if (kind === 'trees') bench.store.damage(packPath(name), () => undefined)
    const files = smallTree().file('new 4', 'a fourth')
    await expect(backUp(await bench.open(), files)).rejects.toThrow(
      /^snapshot .*, on which this backup builds, is damaged: .* is gone; repair the repository with --read-data, then back up again$/,
    )
    const { damagedSnapshots } = await repair(await bench.open(), { readData: true })
    expect(new Set(damagedSnapshots.map(({ subject }) => subject)).size).toBe(states.size)
    bench.pass(60)
    const client = await bench.open()
    expect(await restored(client, (await backUp(client, files)).id)).toEqual(files.describe())
  })

  it('survives a crash at any write', async () => {
    const { bench, states } = await threeSnapshots()
    const [index] = bench.store.names('index/')
    bench.store.damage(index!, (bytes) => bytes.fill(3, 20, 30))
    for (let write = 0, isDone = false; !isDone; write++) {
      for (const afterEffect of [false, true]) {
        const attempt = bench.surviving()
        const repository = await attempt.open()
        attempt.store.dieAtWrite(write, afterEffect)
        isDone = await repair(repository).then(
          () => true,
          () => false,
        )
        const after = attempt.surviving()
        await repair(await after.open())
        const reopened = await after.open()
        expect((await check(reopened, { readData: 1 })).errors).toEqual([])
        for (const [id, state] of states) expect(await restored(reopened, id)).toEqual(state)
      }
    }
  })

  it.each(['repair', 'backup'] as const)(
    'runs beside a backup, and neither undoes the other: a %s begins first',
    async (first) => {
      const { bench, states } = await threeSnapshots()
      const files = smallTree().file('beside', noise(40, 9000))
      let requests = 0
      for (let request = 0, isDone = false; !isDone; request++) {
        const attempt = bench.surviving()
        const repairing = async (): Promise<unknown> => repair(await attempt.open(), { readData: true })
        const backingUp = async (): Promise<unknown> => backUp(await attempt.open(), files)
        let begun = 0
        let other: Promise<unknown> | undefined
        attempt.store.onRequest = async () => {
          if (begun++ !== request) return
          attempt.store.onRequest = undefined
          other = first === 'repair' ? backingUp() : repairing()
          await other
        }
        await (first === 'repair' ? repairing() : backingUp())
        attempt.store.onRequest = undefined
        isDone = other === undefined
        requests = request
        const reopened = await attempt.open()
        expect((await check(reopened, { readData: 1 })).errors, `request ${request}`).toEqual([])
        for (const { id } of await reopened.snapshots())
          expect(await restored(reopened, id)).toEqual(states.get(id) ?? files.describe())
        expect(await reopened.snapshots()).toHaveLength(first === 'repair' && isDone ? 3 : 4)
      }
      expect(requests).toBeGreaterThan(15)
    },
  )
})
