import { describe, expect, it } from 'vitest'
import { VirtualStore, simulatedClock, simulatedCpu, simulatedRandom } from '../../../src/adapters/virtual/index.ts'
import {
  backup,
  bytesFidelity,
  check,
  forget,
  initRepository,
  openRepository,
  prune,
  restore,
} from '../../../src/engine/index.ts'
import type { Repository } from '../../../src/engine/index.ts'
import type { EnginePorts } from '../../../src/engine/ports.ts'
import { Simulation } from '../../../src/kernel/index.ts'
import type { RandomStream } from '../../../src/kernel/index.ts'
import { MemoryFiles } from '../../engine/memory-files.ts'
import { credentials, noise, smallOptions } from '../../engine/workbench.ts'

const START = Date.UTC(2026, 0, 5) / 1000
const HOUR_S = 3600
const DAY_S = 86_400
const END_S = 5 * DAY_S
/** Longer than any backup and prune together: the longest here take some eight hours. */
const GRACE_S = DAY_S

/** Who works on the repository, on a machine of its own: nothing is shared but the store and the line to it. */
class Client {
  readonly repository: Promise<Repository>
  readonly random: RandomStream
  readonly office: Office

  constructor(office: Office, name: string) {
    this.office = office
    this.random = office.simulation.random(name, 'pace')
    this.repository = openRepository(office.portsOf(name), office.blobs, credentials)
  }

  /** Again and again, with pauses of `mean_s` on average. */
  async keepAt(work: (repository: Repository) => Promise<void>, mean_s: number): Promise<void> {
    const { simulation } = this.office
    for (;;) {
      await simulation.sleep(2 * mean_s * this.random.uniform())
      if (simulation.now > END_S) return
      await work(await this.repository)
    }
  }
}

/** A repository behind a line so slow that a backup takes hours, and whatever else is done comes in its way. */
class Office {
  readonly simulation: Simulation
  readonly store: VirtualStore
  readonly states = new Map<string, string[]>()
  /** Backups under way, and how many prunes began or ended beside one. */
  underWay = 0
  beside = 0
  prunes = 0
  freed_bytes = 0

  constructor(seed: number) {
    this.simulation = new Simulation({ seed: `clients ${seed}` })
    this.store = new VirtualStore({
      name: 'nas',
      capacity_bytes: Infinity,
      clock: simulatedClock(this.simulation, START),
    })
  }

  get blobs() {
    const line = [{ resource: (this.#line ??= this.simulation.flows.resource({ name: 'line', capacity: 3 })) }]
    return this.store.connect({
      simulation: this.simulation,
      principal: 'all',
      may: { put: true, get: true, list: true, delete: true },
      putRoute: line,
      getRoute: [],
      latency_s: 20,
      lock_s: 0,
      purpose: 'backup',
    })
  }
  #line: ReturnType<Simulation['flows']['resource']> | undefined

  portsOf(name: string): EnginePorts {
    const { simulation } = this
    const rates = { chunk: 1e9, hash: 1e9, compress: 1e9, encrypt: 1e9, decrypt: 1e9, decompress: 1e9 }
    const cores = simulation.flows.resource({ name: `${name} cpu`, capacity: 1 })
    return {
      clock: simulatedClock(simulation, START),
      cpu: simulatedCpu(simulation, cores, rates, 'backup'),
      random: simulatedRandom(simulation.random(name, 'bytes')),
      log: { audit: () => {}, warn: () => {} },
      fidelity: bytesFidelity,
    }
  }

  async days(): Promise<void> {
    await initRepository(this.portsOf('init'), this.blobs, credentials, smallOptions)
    const archivers = ['mail', 'files'].map((dataset) => this.#archive(dataset))
    const pruner = new Client(this, 'pruner')
    const forgetter = new Client(this, 'forgetter')
    await Promise.all([
      ...archivers,
      pruner.keepAt((repository) => this.#prune(repository, pruner.random), 2 * HOUR_S),
      forgetter.keepAt((repository) => this.#forget(repository, forgetter.random), 5 * HOUR_S),
    ])
  }

  /** Edits take parts of old states back, so that what was forgotten and marked is wanted again. */
  async #archive(dataset: string): Promise<void> {
    const client = new Client(this, dataset)
    const { random } = client
    const files = new MemoryFiles(START)
    await client.keepAt(async (repository) => {
      for (let edit = 0; edit < 4; edit++) {
        const file = Math.floor(6 * random.uniform())
        const content = noise(file, 5000)
        content.set(noise(100 + Math.floor(4 * random.uniform()), 2000), 1000 * Math.floor(3 * random.uniform()))
        files.file(`${file}`, content)
      }
      files.now = repository.ports.clock.now()
      const state = files.describe()
      this.underWay++
      const type = random.uniform() < 0.8 ? 'snapshot' : 'full'
      const { snapshot } = await backup(repository, files, {
        type,
        host: 'here',
        dataset,
        window_bytes: 4096,
        uploads: 3,
      })
      this.underWay--
      this.states.set(snapshot.id, state)
    }, 3 * HOUR_S)
  }

  async #prune(repository: Repository, random: RandomStream): Promise<void> {
    if (this.underWay > 0) this.beside++
    this.prunes++
    const { freed_bytes } = await prune(repository, { grace_s: GRACE_S, maxUnused: random.uniform() < 0.5 ? 0 : 0.2 })
    this.freed_bytes += freed_bytes
  }

  async #forget(repository: Repository, random: RandomStream): Promise<void> {
    const known = [...this.states.keys()]
    const ids = known.filter(() => random.uniform() < 0.5)
    for (const id of ids) this.states.delete(id)
    await forget(repository, ids)
  }
}

describe(
  'backups, prunes and forgetting by several machines at one time, in simulated time',
  { timeout: 120_000 },
  () => {
    it('lose nothing that was acknowledged and not forgotten', async () => {
      let beside = 0
      let freed_bytes = 0
      for (let seed = 0; seed < 5; seed++) {
        const office = new Office(seed)
        const { simulation, states } = office
        await simulation.complete(simulation.task('days', () => office.days()))
        beside += office.beside
        freed_bytes += office.freed_bytes
        await simulation.complete(
          simulation.task('look', async () => {
            const repository = await openRepository(office.portsOf('restorer'), office.blobs, credentials)
            expect((await check(repository, { readData: 1 })).errors, `seed ${seed}`).toEqual([])
            expect(new Set((await repository.snapshots()).map(({ id }) => id))).toEqual(new Set(states.keys()))
            for (const [id, state] of states) {
              const target = new MemoryFiles()
              expect((await restore(repository, id, target)).failedFiles).toEqual([])
              expect(target.describe(), `seed ${seed}`).toEqual(state)
            }
          }),
        )
      }
      // It was worth trying: prunes ran beside backups, and deleted.
      expect(beside).toBeGreaterThan(40)
      expect(freed_bytes).toBeGreaterThan(50_000)
    })
  },
)
