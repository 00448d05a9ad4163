import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { RepositoryFormatError, StoreFullError } from '../../../src/engine/errors.ts'
import { backup, check, forget, openRepository, prune } from '../../../src/engine/index.ts'
import type { Repository } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { MemoryStore } from '../memory-store.ts'
import {
  DAY_S,
  HOUR_S,
  START,
  Workbench,
  backUp,
  credentials,
  noise,
  restored,
  smallOptions,
  smallTree,
} from '../workbench.ts'

const GRACE_S = 2 * DAY_S

const size = (bench: Workbench): number => bench.store.contents('data/').reduce((sum, [, bytes]) => sum + bytes, 0)

describe('a prune with a clock that is wrong', () => {
  it.each([-3, 3])('by %i days deletes and marks nothing', async (days) => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id } = await backUp(repository, smallTree())
    await forget(repository, [id])
    const before = bench.store.contents()
    const ports = { ...bench.ports, clock: { now: () => bench.store.now + days * DAY_S, sleep: async () => {} } }
    const wrong = await openRepository(ports, bench.store, credentials)
    await expect(prune(wrong, { checksClocks: true })).rejects.toThrow(
      `the clock of this machine is 72.0 hours ${days > 0 ? 'ahead of' : 'behind'} that of memory`,
    )
    expect(bench.store.contents()).toEqual(before)
    expect((await prune(await bench.open(), { checksClocks: true })).plan.mark.length).toBeGreaterThan(0)
  })
})

describe('a prune', () => {
  it('frees the space of what was forgotten, after the grace period and not before', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START).file('a', noise(1, 20_000))
    const first = await backUp(repository, files)
    const kept = await backUp(repository, files.file('a', noise(2, 20_000)))
    await forget(repository, [first.id])
    const before = size(bench)
    const marking = await prune(repository, { grace_s: GRACE_S, maxUnused: 0 })
    expect(marking.freed_bytes).toBe(0)
    bench.pass(GRACE_S - 1)
    expect((await prune(repository, { grace_s: GRACE_S, maxUnused: 0 })).freed_bytes).toBe(0)
    bench.pass(1)
    const { freed_bytes } = await prune(repository, { grace_s: GRACE_S, maxUnused: 0 })
    // The content of the first, which does not compress.
    expect(freed_bytes).toBeGreaterThan(20_000)
    expect(size(bench)).toBeLessThan(before - 20_000 + 5000)
    expect(await restored(await bench.open(), kept.id)).toEqual(files.describe())
  })

  it('frees what it can where there is no space to rewrite the rest, and rewrites it the next time', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START)
      .file('a', noise(1, 20_000))
      .file('b', noise(2, 20_000))
      .file('c', noise(3, 700))
    const first = await backUp(repository, files)
    const kept = await backUp(repository, files.file('a', noise(4, 700)))
    await forget(repository, [first.id])
    const { plan } = await prune(repository, { grace_s: 0, maxUnused: 0, dryRun: true })
    expect([plan.remove.length, plan.repack.length]).toEqual([expect.any(Number), expect.any(Number)])
    expect(Math.min(plan.remove.length, plan.repack.length)).toBeGreaterThan(0)
    // Small blobs find room in what a full disk has left; packs do not.
    bench.store.onRequest = (operation, name) => {
      if (operation === 'put' && name.startsWith('data/')) throw new StoreFullError('no space left')
    }
    const { freed_bytes } = await prune(repository, { grace_s: 0, maxUnused: 0 })
    expect(freed_bytes).toBe(plan.freed_bytes)
    expect(bench.warnings.at(-1)).toContain('prune once more')
    expect(await restored(await bench.open(), kept.id)).toEqual(files.describe())
    await expect(prune(await bench.open(), { grace_s: 0, maxUnused: 0 })).rejects.toThrow(
      'no other pack may be deleted yet: make some space there, or forget more (no space left)',
    )
    bench.store.onRequest = undefined
    const again = await prune(await bench.open(), { grace_s: 0, maxUnused: 0 })
    expect(again.plan.repack).toEqual(plan.repack)
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
    expect(await restored(await bench.open(), kept.id)).toEqual(files.describe())
  })

  it('joins small index files, and writes a large one anew only when as much has come besides', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START)
    const largest: string[] = []
    for (let number = 0; number < 170; number++) {
      await backUp(repository, files.file('a', noise(number, 500)))
      if (number % 17 < 16) continue
      await prune(repository, { grace_s: GRACE_S })
      const bySize = bench.store.contents('index/').toSorted(([, a], [, b]) => a - b)
      expect(bySize.length).toBeLessThan(17 + 4)
      largest.push(bySize.at(-1)![0])
    }
    expect(new Set(largest).size).toBeLessThan(largest.length / 2)
    expect((await check(await bench.open())).errors).toEqual([])
  })

  it('says beforehand what it will do, and changes nothing by that', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START).file('a', noise(1, 20_000)).file('b', noise(2, 2000))
    const first = await backUp(repository, files)
    await backUp(repository, files.file('a', noise(3, 20_000)))
    await forget(repository, [first.id])
    const before = bench.store.contents()
    const options = { grace_s: GRACE_S, maxUnused: 0 }
    const tried = await prune(repository, { ...options, dryRun: true })
    expect(bench.store.contents()).toEqual(before)
    expect((await prune(repository, options)).plan).toEqual(tried.plan)
    expect(tried.plan.mark.length + tried.plan.repack.length).toBeGreaterThan(0)
  })

  it('takes the mark back from what a backup needs again', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START).file('a', noise(1, 20_000))
    const first = await backUp(repository, files)
    const expected = files.describe()
    await forget(repository, [first.id])
    // While a backup of the same content is under way, another client marks everything.
    let once = true
    bench.store.onRequest = async (operation, name) => {
      if (operation !== 'put' || !name.startsWith('snapshots/') || !once) return
      once = false
      const { plan } = await prune(await bench.open(), { grace_s: GRACE_S })
      expect(plan.mark.length).toBeGreaterThan(0)
    }
    const second = await backUp(await bench.open(), files)
    expect(second.new_bytes).toBe(0)
    bench.pass(GRACE_S + HOUR_S)
    const { plan } = await prune(await bench.open(), { grace_s: GRACE_S })
    expect(plan.unmark.length).toBeGreaterThan(0)
    expect(plan.remove).toEqual([])
    expect(await restored(await bench.open(), second.id)).toEqual(expected)
  })

  it('deletes nothing that a backup leans on through its parent', async () => {
    const bench = new Workbench()
    const files = new MemoryFiles(START).file('a', noise(1, 20_000))
    const first = await backUp(await bench.init(), files)
    await forget(await bench.open(), [first.id])
    const during = async (when: string, what: () => Promise<unknown>): Promise<string> => {
      bench.store.onRequest = async (operation, name) => {
        if (operation !== 'put' || !name.startsWith(when)) return
        bench.store.onRequest = undefined
        await what()
      }
      return (await backUp(await bench.open(), files)).id
    }
    // The parent-to-be leans on what is marked while it is made; nobody has taken that back when it is forgotten.
    const parent = await during('snapshots/', async () => prune(await bench.open(), { grace_s: GRACE_S }))
    bench.pass(GRACE_S - HOUR_S)
    const child = await during('snapshots/', async () => {
      await forget(await bench.open(), [parent])
      bench.pass(2 * HOUR_S)
      await prune(await bench.open(), { grace_s: GRACE_S })
    })
    expect(await restored(await bench.open(), child)).toEqual(files.describe())
  })

  it('lays apart what snapshots give up at different times, so that the next prune has little to copy', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START)
    const rewrite = (name: string, from: number): MemoryFiles => {
      bench.pass(DAY_S)
      for (let number = 0; number < 40; number++) files.file(`${number} ${name}`, noise(from + number, 1024))
      return files
    }
    // As large as a segment, side by side in packs of four: what is forgotten first, what is forgotten next, and what stays.
    rewrite('first', 0)
    rewrite('next', 100)
    rewrite('stays', 200)
    const first = await backUp(repository, files)
    const second = await backUp(repository, rewrite('first', 300))
    const third = await backUp(repository, rewrite('next', 400))
    const options = { grace_s: 0, maxUnused: 0 }
    await forget(repository, [first.id])
    expect((await prune(repository, options)).plan.repacked_bytes).toBeGreaterThan(2 * 40 * 1024)
    await forget(repository, [second.id])
    const { plan } = await prune(repository, options)
    expect(plan.freed_bytes).toBeGreaterThan(40 * 1024)
    // Trees, and no more than a pack in which one generation ended and the other began.
    expect(plan.repacked_bytes).toBeLessThan(2 * smallOptions.pack_bytes)
    expect(await restored(await bench.open(), third.id)).toEqual(files.describe())
  })

  it('sweeps what an interrupted backup left, once no backup can be under way', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(START).file('a', noise(1, 30_000))
    const { id } = await backUp(repository, files)
    const before = bench.store.names('data/')
    const expected = files.describe()
    bench.store.onRequest = (operation, name) => {
      if (operation === 'put' && name.startsWith('index/')) throw new Error('the power is gone')
    }
    await expect(backUp(await bench.open(), files.file('b', noise(2, 30_000)))).rejects.toThrow('the power is gone')
    bench.store.onRequest = undefined
    expect((await check(await bench.open())).unreferenced.length).toBeGreaterThan(3)
    bench.pass(GRACE_S - 1)
    await prune(await bench.open(), { grace_s: GRACE_S })
    expect(bench.store.names('data/').length).toBeGreaterThan(before.length)
    bench.pass(1)
    const { freed_bytes, plan } = await prune(await bench.open(), { grace_s: GRACE_S })
    expect(freed_bytes).toBe(plan.freed_bytes)
    expect(bench.store.names('data/')).toEqual(before)
    expect(await restored(await bench.open(), id)).toEqual(expected)
  })

  it('refuses to begin when a snapshot needs what is nowhere, or metadata is damaged', async () => {
    for (const damage of ['data/', 'index/', 'snapshots/']) {
      const bench = new Workbench()
      const repository = await bench.init()
      const files = new MemoryFiles(START).file('a', noise(1, 20_000))
      const first = await backUp(repository, files)
      await backUp(repository, files.file('a', noise(2, 20_000)))
      await forget(repository, [first.id])
      if (damage === 'data/') {
        const lost = repository.index.packs().at(-1)!.name
        bench.store.damage(
          bench.store.names('data/').find((name) => name.endsWith(lost))!,
          () => undefined,
        )
      } else bench.store.damage(bench.store.names(damage).at(-1)!, (bytes) => bytes.fill(9, 30, 40))
      const before = bench.store.contents()
      await expect(prune(await bench.open(), { grace_s: 0, maxUnused: 0 })).rejects.toThrow(RepositoryFormatError)
      expect(bench.store.contents()).toEqual(before)
    }
  })

  it('keeps the copy that is there of a chunk whose other copy is lost', async () => {
    const bench = new Workbench()
    const files = new MemoryFiles(START).file('a', noise(1, 20_000))
    await bench.init()
    // Two clients that do not see each other's backup store everything twice.
    const [one, two] = [await bench.open(), await bench.open()]
    await two.loadIndex()
    let nested = false
    bench.store.onRequest = async (operation, name) => {
      if (operation !== 'put' || !name.startsWith('index/') || nested) return
      nested = true
      await backUp(two, files)
    }
    const { id } = await backUp(one, files)
    bench.store.onRequest = undefined
    expect(bench.store.names('data/').length).toBeGreaterThan(10)
    const fresh = await bench.open()
    await fresh.loadIndex()
    for (const { name } of fresh.index.packs().slice(0, 3)) {
      bench.store.damage(`data/${name.slice(0, 2)}/${name}`, () => undefined)
    }
    await prune(await bench.open(), { grace_s: 0, maxUnused: 0 })
    expect(await restored(await bench.open(), id)).toEqual(files.describe())
    expect((await check(await bench.open(), { readData: 1 })).errors).toEqual([])
  })
})

type Action =
  | { do: 'edit'; file: number; seed: number; at: number }
  | { do: 'delete'; file: number }
  | { do: 'backup'; type: 'full' | 'incremental' | 'differential' | 'snapshot'; fresh: boolean; lock: boolean }
  | { do: 'forget'; which: number }
  | { do: 'prune'; maxUnused: number; fresh: boolean }
  | { do: 'pass'; hours: number }
  /** What happens while a backup is under way, at one of its writes; a day at most. */
  | { do: 'beside'; write: number; actions: Action[] }

const simple: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('edit' as const), file: fc.nat(4), seed: fc.nat(5), at: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), file: fc.nat(4) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('backup' as const),
      type: fc.constantFrom('full' as const, 'incremental' as const, 'differential' as const, 'snapshot' as const),
      fresh: fc.boolean(),
      lock: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), which: fc.nat(10) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('prune' as const),
      maxUnused: fc.constantFrom(0, 0.1, 1),
      fresh: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), hours: fc.nat(60) }) },
)
const isQuick = (action: Action): boolean => action.do !== 'edit' && action.do !== 'delete' && action.do !== 'backup'
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('beside' as const),
      write: fc.nat(8),
      actions: fc.array(
        simple.filter(isQuick).map((some) => (some.do === 'pass' ? { ...some, hours: some.hours % 12 } : some)),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
)

/** Carries out a history of a repository that two clients use, each with an index of its own that it keeps. */
class History {
  readonly bench: Workbench
  readonly files = new MemoryFiles(START).file('0', noise(0, 3000)).file('1', 'one')
  readonly states = new Map<string, string[]>()
  #archiver!: Repository
  #pruner!: Repository

  constructor(locks: boolean) {
    this.bench = new Workbench(new MemoryStore(START, locks))
  }

  async begin(): Promise<this> {
    await this.bench.init()
    this.#archiver = await this.bench.open()
    this.#pruner = await this.bench.open()
    return this
  }

  async carryOut(some: Action): Promise<void> {
    const { bench, files } = this
    switch (some.do) {
      case 'edit': {
        const content = noise(some.file, 4000)
        content.set(noise(some.seed, 1000), 1000 * some.at)
        files.file(String(some.file), content)
        break
      }
      case 'delete':
        files.remove(String(some.file))
        break
      case 'backup':
        await this.#backup(some.fresh ? await bench.open() : this.#archiver, some.type, some.lock)
        break
      case 'forget': {
        const ids = [...this.states.keys()]
        const id = ids[some.which % Math.max(1, ids.length)]
        if (id === undefined) break
        const { forgotten } = await forget(this.#pruner, [id])
        for (const gone of forgotten) this.states.delete(gone)
        break
      }
      case 'prune':
        await prune(some.fresh ? await bench.open() : this.#pruner, { grace_s: GRACE_S, maxUnused: some.maxUnused })
        break
      case 'pass':
        bench.pass(some.hours * HOUR_S)
        break
      case 'beside': {
        let write = 0
        bench.store.onRequest = async (operation) => {
          if (operation !== 'put' || write++ !== some.write) return
          bench.store.onRequest = undefined
          for (const inner of some.actions) await this.carryOut(inner)
        }
        await this.#backup(this.#archiver, 'snapshot', false)
        bench.store.onRequest = undefined
        break
      }
    }
  }

  async #backup(
    client: Repository,
    type: 'full' | 'incremental' | 'differential' | 'snapshot',
    lock: boolean,
  ): Promise<void> {
    this.files.now = this.bench.store.now
    const state = this.files.describe()
    const options = { type, host: 'here', dataset: 'documents', window_bytes: 4096 } as const
    const lockUntil = this.bench.store.now + 5 * DAY_S
    const { snapshot } = await backup(client, this.files, lock ? { ...options, lockUntil } : options)
    this.states.set(snapshot.id, state)
  }

  async expectAll(): Promise<void> {
    for (const client of [await this.bench.open(), this.#archiver, this.#pruner]) {
      expect((await client.snapshots()).map(({ id }) => id).sort()).toEqual([...this.states.keys()].sort())
      for (const [id, state] of this.states) expect(await restored(client, id)).toEqual(state)
    }
    expect((await check(await this.bench.open(), { readData: 1 })).errors).toEqual([])
  }
}

describe('a history of backups, forgetting and pruning', () => {
  test.prop([fc.array(action, { maxLength: 25 }), fc.boolean()], { numRuns: 150 })(
    'leaves every snapshot that is not forgotten, and in the end nothing else',
    async (actions, locks) => {
      const history = await new History(locks).begin()
      for (const some of actions) await history.carryOut(some)
      await history.expectAll()
      const { bench, states } = history
      bench.pass(10 * DAY_S)
      for (let round = 0; round < 2; round++) {
        await prune(await bench.open(), { grace_s: GRACE_S, maxUnused: 0 })
        bench.pass(GRACE_S)
      }
      await prune(await bench.open(), { grace_s: GRACE_S, maxUnused: 0 })
      await history.expectAll()
      const { plan } = await prune(await bench.open(), { grace_s: GRACE_S, maxUnused: 0, dryRun: true })
      expect(plan).toMatchObject({ remove: [], mark: [], repack: [], waiting: [], sweep: [], unused_bytes: 0 })
      if (states.size === 0) expect(bench.store.names('data/')).toEqual([])
    },
  )
})
