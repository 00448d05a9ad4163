import { extentsFidelity, simulatedRandom, VirtualFileSystem, virtualSource } from '../../adapters/virtual/index.ts'
import { AccessDeniedError, EngineError, ObjectLockedError } from '../../engine/errors.ts'
import { backup, bytesFidelity, openRepository } from '../../engine/index.ts'
import type { Clock } from '../../engine/ports.ts'
import { prefixedStore } from '../prefixed-store.ts'
import { passwordOf, placeOf } from '../access/principals.ts'
import { ALL_RIGHTS } from '../access/rights.ts'
import type { Rights } from '../access/rights.ts'
import type { World } from '../world.ts'

/** Somebody who uses stolen credentials, and can do only what stores and engine allow for these. */
export class Intruder {
  readonly #world: World
  readonly #name: string
  /** Node from which the intruder works. */
  readonly #from: string
  readonly #loot: ReadonlySet<string>

  /**
   * @param loot names of credentials; where none are declared, names of stores and arrays, meaning their
   *   administrator's credential
   */
  constructor(world: World, name: string, from: string, loot: Iterable<string>) {
    this.#world = world
    this.#name = name
    this.#from = from
    this.#loot = world.principals.declared ? world.principals.reach(loot) : new Set(loot)
  }

  rightsAt(store: string): Rights | undefined {
    const { principals } = this.#world
    if (!principals.declared) return this.#loot.has(store) ? ALL_RIGHTS : undefined
    const rights = principals.rightsAt(store, this.#loot)
    return Object.values(rights).some((right) => right) ? rights : undefined
  }

  /** Deletes from every reachable store, and from the snapshots of every reachable array, whatever the credentials allow. */
  deleteBackups(): void {
    for (const dataset of this.#world.datasets.values()) {
      const array = this.#world.arrayOf(dataset.name)
      if (this.#administers(array)) dataset.snapshots.deleteAll(this.#world.clock.now())
    }
    for (const store of this.#world.stores.keys()) {
      const may = this.rightsAt(store)
      if (may !== undefined) this.#act(`attack on ${store}`, () => this.#deleteFrom(store, may))
    }
  }

  #administers(array: string): boolean {
    const { principals } = this.#world
    if (!this.#world.node(array).alive) return false
    return principals.declared ? principals.mayDeleteSnapshotsOf(array, this.#loot) : this.#loot.has(array)
  }

  async #deleteFrom(store: string, may: Rights): Promise<void> {
    if (!this.#world.store(store).alive) return
    const blobs = this.#world.connect(store, this.#from, { principal: this.#name, may, purpose: 'attack' })
    const names: string[] = []
    for await (const { name } of blobs.list('')) names.push(name)
    for (const name of names) {
      try {
        await blobs.delete(name)
      } catch (error) {
        if (!(error instanceof ObjectLockedError) && !(error instanceof AccessDeniedError)) throw error
      }
    }
    if (may.purge === true) this.#world.store(store).objects.purgeDeleted()
  }

  /**
   * Puts worthless snapshots of every dataset into a store, dated in the future, one every `step_s`: retention keeps
   * the newest. Needs a key that may write, but no right to delete.
   */
  forgeSnapshots(store: string, count: number, step_s: number): void {
    const may = this.rightsAt(store)
    if (may === undefined) return
    const { objects } = this.#world.store(store)
    for (const dataset of this.#world.datasets.keys()) {
      if (objects.find(`${dataset}/config`) === undefined) continue
      this.#act(`forgery in ${store}`, () => this.#forge(store, dataset, may, count, step_s))
    }
  }

  async #forge(store: string, dataset: string, may: Rights, count: number, step_s: number): Promise<void> {
    const world = this.#world
    const { simulation, clock, principals } = world
    const node = world.node(this.#from)
    const place = placeOf(world.store(store), dataset)
    const credential = principals.declared ? (principals.keyAt(store, this.#loot)?.credential ?? '') : undefined
    const blobs = prefixedStore(
      `${dataset}/`,
      world.connect(store, this.#from, { principal: this.#name, may, purpose: 'attack' }),
    )
    for (let number = 1; number <= count; number += 1) {
      const forged: Clock = { now: () => clock.now() + number * step_s, sleep: (seconds) => clock.sleep(seconds) }
      const fidelity = world.dataset(dataset).specification.fidelity === 'bytes' ? bytesFidelity : extentsFidelity
      const ports = {
        clock: forged,
        cpu: world.cpu(this.#from, 'attack'),
        random: simulatedRandom(simulation.random(`${this.#name} in ${place}`, 'forgery', number)),
        log: { audit: () => {}, warn: () => {} },
        fidelity,
      }
      const files = new VirtualFileSystem({ time: clock.now() })
      files.mkdir('nothing', clock.now())
      const source = virtualSource(files, {
        simulation,
        clock: forged,
        disk: node.diskRead,
        under: node.under.reads,
        scan_entriesPerSecond: Infinity,
        purpose: 'attack',
      })
      const credentials = { password: passwordOf(place, credential), principal: this.#name }
      const repository = await openRepository(ports, blobs, credentials)
      const report = await backup(repository, source, {
        type: 'full',
        host: world.nodeOf(dataset).name,
        dataset,
      })
      world.forgeries.add(report.snapshot.id)
    }
  }

  /** Runs one action of the intruder; a refusal or failure ends it. */
  #act(name: string, work: () => Promise<void>): void {
    this.#world.activity(name, async () => {
      try {
        await work()
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
      }
    })
  }
}
