import { describe, expect, it } from 'vitest'
import {
  addKey,
  backup,
  check,
  copySnapshots,
  extendLocks,
  forget,
  listKeys,
  openRepository,
  prune,
  removeKey,
  repair,
  synthesiseFull,
} from '../../src/engine/index.ts'
import type { Repository } from '../../src/engine/index.ts'
import type { MemoryFiles } from './memory-files.ts'
import { MemoryStore } from './memory-store.ts'
import { UnorderedStore } from './unordered-store.ts'
import type { Fate } from './unordered-store.ts'
import { DAY_S, START, Workbench, backUp, credentials, noise, restored, smallTree } from './workbench.ts'

const FATES: readonly Fate[] = ['whole', 'lost', 'torn']
/** Every combination of fates is tried of so many writes at once; of more, those in which all but one share a fate. */
const EXHAUSTIVELY = 3

interface Scene {
  readonly bench: Workbench
  /** What each acknowledged snapshot holds. */
  readonly states: ReadonlyMap<string, string[]>
}

/** The combinations of fates of so many writes. */
function* combinations(writes: number): Generator<readonly Fate[]> {
  if (writes <= EXHAUSTIVELY) {
    for (let number = 0; number < FATES.length ** writes; number++)
      yield Array.from(
        { length: writes },
        (_, write) => FATES[Math.floor(number / FATES.length ** write) % FATES.length]!,
      )
    return
  }
  for (const fate of FATES) {
    yield Array.from({ length: writes }, () => fate)
    for (const other of FATES)
      if (other !== fate)
        for (let write = 0; write < writes; write++)
          yield Array.from({ length: writes }, (_, at) => (at === write ? other : fate))
  }
}

/**
 * The power fails at each write of an operation in turn, and of the writes under way some are lost, some whole and some torn, in
 * every combination. What was acknowledged is there; `check` finds nothing, or `repair` mends it where a write was torn.
 */
async function expectToSurvive(
  scene: Scene,
  operation: (repository: Repository) => Promise<unknown>,
  also: (bench: Workbench, where: string) => Promise<void> = async () => {},
): Promise<{ writes: number; most: number }> {
  let most = 0
  for (let write = 0; ; write++) {
    let isDone = false
    const attempt = async (fates: readonly Fate[]): Promise<number> => {
      const disk = scene.bench.surviving()
      const power = new UnorderedStore(disk.store, write, (number) => fates[number] ?? 'lost')
      isDone = await operation(await openRepository(disk.ports, power, credentials)).then(
        () => true,
        () => false,
      )
      const where = `write ${write}: ${fates.slice(0, power.interrupted).join()}`
      await expectWhole(disk, scene.states, where, fates.slice(0, power.interrupted).includes('torn'))
      await also(disk, where)
      return power.interrupted
    }
    const interrupted = await attempt([])
    if (isDone) return { writes: write, most }
    most = Math.max(most, interrupted)
    for (const fates of combinations(interrupted)) await attempt(fates)
  }
}

async function expectWhole(
  bench: Workbench,
  states: Scene['states'],
  where: string,
  mayNeedRepair: boolean,
): Promise<void> {
  const { errors } = await check(await bench.open(), { readData: 1 })
  if (!mayNeedRepair) expect(errors, where).toEqual([])
  if (errors.length > 0) {
    await repair(await bench.open(), { forgetDamaged: true })
    // A torn snapshot was never acknowledged.
    for (const { subject, kind } of errors)
      if (kind === 'snapshot' && bench.store.names('snapshots/').includes(`snapshots/${subject}`))
        expect(states.has(subject), where).toBe(true)
    for (const name of bench.store.names('snapshots/'))
      if (errors.some(({ subject }) => name.endsWith(subject))) await bench.store.delete(name)
    expect((await check(await bench.open(), { readData: 1 })).errors, where).toEqual([])
  }
  const repository = await bench.open()
  for (const { id } of await repository.snapshots()) {
    const found = await restored(repository, id)
    if (states.has(id)) expect(found, where).toEqual(states.get(id))
  }
}

/** What a snapshot needs is locked before the snapshot is: whenever the power fails. */
async function heldAsPromised(bench: Workbench, where: string): Promise<void> {
  expect((await check(await bench.open())).shortLocks, where).toEqual([])
}

/** Two snapshots of a tree that changes; the older one is not acknowledged any more where it is about to be forgotten. */
async function history(): Promise<Scene & { files: MemoryFiles; ids: string[] }> {
  const bench = new Workbench()
  const repository = await bench.init()
  const files = smallTree()
  const states = new Map<string, string[]>()
  const ids: string[] = []
  for (const day of [1, 2]) {
    files.file('photos/large', Uint8Array.from([...noise(day, 2000), ...noise(1, 4000)])).file(`day ${day}`, `${day}`)
    const { id } = await backUp(repository, files)
    ids.push(id)
    states.set(id, files.describe())
    bench.pass(DAY_S)
  }
  return { bench, states, files, ids }
}

const options = { type: 'snapshot', host: 'here', dataset: 'documents', window_bytes: 4096, uploads: 3 } as const

describe('a power failure with writes under way', { timeout: 300_000 }, () => {
  it('in a backup', async () => {
    const scene = await history()
    const { files } = scene
    files.file('letters/new', noise(50, 4000)).file('photos/deep/another', noise(51, 5000)).remove('log')
    const { writes, most } = await expectToSurvive(scene, (repository) => {
      files.now = repository.ports.clock.now()
      return backup(repository, files, options)
    })
    expect(writes).toBeGreaterThan(4)
    expect(most).toBeGreaterThan(1)
  })

  it('in a copy', async () => {
    const origin = await history()
    const from = await origin.bench.open()
    const bench = new Workbench()
    await bench.init(from)
    const { writes, most } = await expectToSurvive({ bench, states: new Map() }, (to) =>
      copySnapshots(from, to, { uploads: 3 }),
    )
    expect(writes).toBeGreaterThan(6)
    expect(most).toBeGreaterThan(1)
  })

  it('in making a full backup of a snapshot', async () => {
    const scene = await history()
    const { writes } = await expectToSurvive(scene, (repository) =>
      synthesiseFull(repository, scene.ids[1]!, { uploads: 3 }),
    )
    expect(writes).toBeGreaterThan(4)
  })

  it('in a backup that locks, and in extending locks', async () => {
    const bench = new Workbench(new MemoryStore(START, true))
    const files = smallTree()
    const lockUntil = START + 30 * DAY_S
    const { snapshot } = await backup(await bench.init(), files, { ...options, lockUntil })
    bench.pass(20 * DAY_S)
    const scene = { bench, states: new Map([[snapshot.id, files.describe()]]) }
    files.file('letters/new', noise(50, 4000)).remove('log')
    const again = { ...options, lockUntil: bench.store.now + 30 * DAY_S }
    const backedUp = await expectToSurvive(scene, (repository) => backup(repository, files, again), heldAsPromised)
    expect(backedUp.most).toBeGreaterThan(4)
    const extended = await expectToSurvive(
      scene,
      (repository) => extendLocks(repository, { lockUntil: again.lockUntil }),
      heldAsPromised,
    )
    expect(extended.writes).toBeGreaterThan(4)
  })

  it('in forgetting', async () => {
    const { bench, states, ids } = await history()
    await expectToSurvive({ bench, states: new Map([[ids[1]!, states.get(ids[1]!)!]]) }, (repository) =>
      forget(repository, [ids[0]!]),
    )
  })

  it.each([0, DAY_S])('in a prune with a grace period of %s s', async (grace_s) => {
    const { bench, states, ids } = await history()
    await forget(await bench.open(), [ids[0]!])
    await prune(await bench.open(), { maxUnused: 1, grace_s: DAY_S })
    bench.pass(2 * DAY_S)
    const { writes } = await expectToSurvive(
      { bench, states: new Map([[ids[1]!, states.get(ids[1]!)!]]) },
      (repository) => prune(repository, { maxUnused: 0, grace_s }),
    )
    expect(writes).toBeGreaterThan(1)
  })

  it('in a repair', async () => {
    const scene = await history()
    const [index] = scene.bench.store.names('index/')
    scene.bench.store.damage(index!, (bytes) => bytes.fill(0, 30, 40))
    const disk = scene.bench.surviving()
    await repair(await disk.open())
    for (let write = 0, isDone = false; !isDone; write++)
      for (const fate of FATES) {
        const attempt = scene.bench.surviving()
        const power = new UnorderedStore(attempt.store, write, () => fate)
        isDone = await repair(await openRepository(attempt.ports, power, credentials)).then(
          () => true,
          () => false,
        )
        // It is begun again.
        await repair(await attempt.open())
        await expectWhole(attempt, scene.states, `write ${write}: ${fate}`, false)
      }
  })

  it('in a change of keys leaves the old password or the new one, and never none', async () => {
    const scene = await history()
    const [old] = await listKeys(await scene.bench.open())
    for (let write = 0, isDone = false; !isDone; write++)
      for (const fate of FATES) {
        const attempt = scene.bench.surviving()
        const power = new UnorderedStore(attempt.store, write, () => fate)
        const repository = await openRepository(attempt.ports, power, credentials)
        const change = async (by: Repository): Promise<void> => {
          await addKey(by, { password: 'a new one', principal: 'tester' })
          await removeKey(by, old!.id)
        }
        isDone = await change(repository).then(
          () => true,
          () => false,
        )
        const open = (password: string): Promise<Repository | undefined> =>
          openRepository(attempt.ports, attempt.store, { ...credentials, password }).catch(() => undefined)
        const where = `write ${write}: ${fate}`
        const [byOld, byNew] = [await open(credentials.password), await open('a new one')]
        const opened = byNew ?? byOld
        if (opened === undefined) throw new Error(`nothing opens the repository any more after ${where}`)
        if (isDone) expect([byOld, byNew !== undefined]).toEqual([undefined, true])
        for (const [id, state] of scene.states) expect(await restored(opened, id), where).toEqual(state)
        // And the change can be made again.
        if (byOld !== undefined) {
          await change(byOld)
          expect(await open(credentials.password)).toBeUndefined()
          expect(await open('a new one')).toBeDefined()
        }
      }
  })
})
