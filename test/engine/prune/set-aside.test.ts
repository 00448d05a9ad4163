import { describe, expect, it } from 'vitest'
import { check, forget, prune, setReplacedAside } from '../../../src/engine/index.ts'
import type { Repository, SetAsideReport, Snapshot } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import { neededPacks } from '../../../src/engine/prune/use.ts'
import { MemoryFiles } from '../memory-files.ts'
import { DAY_S, START, Workbench, backUp, noise, restored } from '../workbench.ts'

const IMAGE_BYTES = 40_000

/** An image of which another stretch is written anew each night, and its reverse increments. */
async function nights(count: number, pack_bytes: number) {
  const bench = new Workbench()
  const repository = await bench.init(undefined, { pack_bytes, compression: 'none' })
  const image = noise(8, IMAGE_BYTES)
  const files = new MemoryFiles(START)
  const points: Array<{ snapshot: Snapshot; state: string[]; aside: SetAsideReport }> = []
  for (let night = 0; night < count; night++) {
    if (night > 0) image.set(noise(100 + night, 3000), night * 5000)
    files.file('image', image.slice())
    const snapshot = await backUp(repository, files)
    points.push({
      snapshot,
      state: files.describe(),
      aside: await setReplacedAside(repository, snapshot.id, { grace_s: 0 }),
    })
    bench.pass(DAY_S)
  }
  return { bench, points, newest: points.at(-1)! }
}

/** Names of the packs that a snapshot needs. */
async function packsOf(repository: Repository, snapshot: Snapshot): Promise<Set<string>> {
  await repository.loadIndex()
  return new Set((await neededPacks(repository, [snapshot])).map(({ name }) => name))
}

describe('a reverse increment', () => {
  it('leaves every point as it was', async () => {
    const { bench, points } = await nights(5, 2048)
    const repository = await bench.open()
    for (const { snapshot, state } of points) expect(await restored(repository, snapshot.id)).toEqual(state)
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
  })

  it('leaves the newest point in packs of its own, as long as one full', async () => {
    const { bench, newest } = await nights(5, 2048)
    const repository = await bench.open()
    const own = await packsOf(repository, newest.snapshot)
    const sizes = repository.index
      .packs()
      .flatMap(({ name, size, kind }) => (own.has(name) && kind === 'data' ? [size] : []))
    const stored_bytes = sizes.reduce((sum, size) => sum + size, 0)
    // Beside the content there are the packs' headers and directories: 8 % with packs this small.
    expect(stored_bytes / IMAGE_BYTES).toBeGreaterThan(1)
    expect(stored_bytes / IMAGE_BYTES).toBeLessThan(1.25)
  })

  it('takes only the older points along when a pack of theirs is lost, and all when one of the full is', async () => {
    const { bench, points, newest } = await nights(4, 2048)
    const repository = await bench.open()
    const own = await packsOf(repository, newest.snapshot)
    for (const { name } of repository.index.packs()) {
      if (!own.has(name)) bench.store.damage(packPath(name), () => undefined)
    }
    expect(await restored(await bench.open(), newest.snapshot.id)).toEqual(newest.state)
    for (const { snapshot } of points.slice(0, -1)) {
      await expect(restored(await bench.open(), snapshot.id)).rejects.toThrow()
    }
  })

  it('costs three accesses for what was replaced where a pack holds a chunk: written, read, written elsewhere', async () => {
    const { points } = await nights(5, 256)
    for (const { snapshot, aside } of points.slice(1)) {
      const { moved_bytes, rewritten_bytes, fetched_bytes, stored_bytes } = aside
      // As much goes as comes, up to where chunks are cut and what packs have around them.
      expect(moved_bytes / snapshot.new_bytes).toBeGreaterThan(0.8)
      expect(moved_bytes / snapshot.new_bytes).toBeLessThan(1.25)
      expect(fetched_bytes).toBeGreaterThanOrEqual(moved_bytes + rewritten_bytes)
      const accesses = (snapshot.stored_bytes + fetched_bytes + stored_bytes) / snapshot.stored_bytes
      expect(accesses).toBeGreaterThan(2.6)
      expect(accesses).toBeLessThan(3.6)
    }
  })

  it('costs more where packs hold many chunks: what lies beside them is written anew', async () => {
    const [fine, coarse] = [await nights(4, 256), await nights(4, 8192)]
    expect(coarse.newest.aside.moved_bytes / fine.newest.aside.moved_bytes).toBeCloseTo(1, 0)
    expect(coarse.newest.aside.rewritten_bytes).toBeGreaterThan(2 * fine.newest.aside.rewritten_bytes)
  })

  it('lets retention delete the oldest point and move nothing', async () => {
    const { bench, points, newest } = await nights(5, 2048)
    const repository = await bench.open()
    await forget(repository, [points[0]!.snapshot.id])
    const { plan, freed_bytes } = await prune(repository, { grace_s: 0, maxUnused: 0 })
    expect(plan.repack).toEqual([])
    expect(freed_bytes).toBeGreaterThan(1500)
    expect(await restored(await bench.open(), newest.snapshot.id)).toEqual(newest.state)
    expect(await restored(await bench.open(), points[1]!.snapshot.id)).toEqual(points[1]!.state)
  })

  it('moves nothing of the first point, nor of one that has changed nothing', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START).file('image', noise(8, IMAGE_BYTES))
    for (const night of [0, 1]) {
      const { id } = await backUp(repository, files)
      expect(await setReplacedAside(repository, id), `night ${night}`).toMatchObject({
        moved_bytes: 0,
        rewritten_bytes: 0,
      })
      bench.pass(DAY_S)
    }
  })

  it('with a grace period marks what it gives up, and a later prune deletes it', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START)
    const states: Array<{ id: string; state: string[] }> = []
    for (const night of [0, 1, 2]) {
      files.file('image', Uint8Array.from([...noise(night, 4000), ...noise(9, IMAGE_BYTES)]))
      const { id } = await backUp(repository, files)
      await setReplacedAside(repository, id)
      states.push({ id, state: files.describe() })
      bench.pass(DAY_S)
    }
    bench.pass(3 * DAY_S)
    expect((await prune(repository, { maxUnused: 0 })).freed_bytes).toBeGreaterThan(0)
    for (const { id, state } of states) expect(await restored(await bench.open(), id)).toEqual(state)
  })

  it('gives nothing up when a chunk cannot be read', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const image = noise(8, IMAGE_BYTES)
    await backUp(repository, new MemoryFiles(START).file('image', image))
    const packs = repository.index.packs().filter(({ kind }) => kind === 'data')
    for (const { name } of packs) bench.store.damage(packPath(name), (bytes) => bytes.fill(0, 50, bytes.length - 50))
    image.set(noise(3, 3000), 20_000)
    const { id } = await backUp(repository, new MemoryFiles(START).file('image', image))
    await expect(setReplacedAside(repository, id, { grace_s: 0 })).rejects.toThrow('cannot move chunks out of a pack')
    for (const { name } of packs) expect(repository.index.pack(name)).toBeDefined()
  })
})
