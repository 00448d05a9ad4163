import { Patience, extentsFidelity, simulatedRandom } from '../adapters/virtual/index.ts'
import { BlobExistsError, RepositoryFormatError } from '../engine/errors.ts'
import { RepositoryCache, addKey, bytesFidelity, initRepository, openRepository } from '../engine/index.ts'
import type { Repository, Snapshot } from '../engine/index.ts'
import type { AuditRecord, BlobStore, Content, EnginePorts, Instant, Log } from '../engine/ports.ts'
import type { Resource } from '../kernel/index.ts'
import { ALL_RIGHTS, prefixedStore, passwordOf, placeOf } from '../world/index.ts'
import type { RetrievalTime, Rights, World } from '../world/index.ts'
import { withFaults } from './faults.ts'
import type { RepositoryParameters } from './strategy.ts'

/** Chunks that a restore reads concurrently: four requests of eight large chunks each (engine/packs/chunk-reader.ts). */
const CHUNKS_UNDER_WAY = 32

/** A piece of work on a repository: who does it, what for, and under which limits. */
export interface Work {
  readonly principal: string
  /** 'backup', 'copy', 'restore', 'verify': the heading under which its traffic is counted. */
  readonly purpose: string
  /** Node that does the work. */
  readonly node: string
  /** Distinguishes this piece of work from all others in the names of random streams. */
  readonly occurrence: number
  /**
   * Number of earlier attempts. A further attempt draws other random bytes, as it would otherwise give its packs the
   * names of the first.
   */
  readonly attempt?: number
  /** For a run that opens its repository more than once: what it does there now. */
  readonly step?: string
  /** Fails when the work is cancelled. */
  readonly session: Resource
  /** Used instead of `session` for traffic over links: limits the job's bandwidth. */
  readonly pace?: Resource
  /** Used instead of both for index files, so that a run whose window ends can still record what it has stored. */
  readonly closing?: Resource
  /** The work fails after this many packs have been read: a restore that breaks off. */
  readonly breaksOffAfter?: number
  /** Measures how long the work waits until data can be read. */
  readonly retrieval?: RetrievalTime
  /** How long it retries what an outage interrupts. Default: it fails at once. */
  readonly keepTrying_s?: number
  /** Called when something gets through again, with the length of the interruption and its reason. */
  readonly onBack?: ((lasted_s: number, why: string) => void) | undefined
  /** Called with the number of bytes that have arrived from the source. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** Called with the number of bytes that the target has stored. */
  readonly onStored?: ((bytes: number) => void) | undefined
}

/**
 * The repositories of one strategy: one for each dataset and store, under the dataset's name. Also holds the index
 * caches that a backup program keeps on its own disk between runs.
 */
export class Repositories {
  readonly audit: AuditRecord[] = []
  readonly warnings: string[] = []
  /** Ids of the repositories in which forgotten snapshots have left unused data. */
  readonly wasteful: Set<string>
  readonly #world: World
  readonly #parameters: RepositoryParameters
  /** By the machine that works on the repository, and the repository. */
  readonly #caches = new Map<string, { readonly cache: RepositoryCache; readonly since_s: number }>()
  readonly #initialised: Set<string>
  /** Original configurations and keys by repository, where the strategy keeps a copy of them or a courier carries one. */
  readonly #keyCopies: Map<string, ReadonlyArray<{ readonly name: string; readonly content: Content }>>
  /** The true instant of a snapshot's cut, by the snapshot's id, where a wrong clock gave it another time. */
  readonly #trueCuts: Map<string, Instant>

  constructor(world: World, parameters: RepositoryParameters, origin?: Repositories) {
    this.#world = world
    this.#parameters = parameters
    this.wasteful = new Set(origin === undefined ? [] : origin.wasteful)
    this.#initialised = new Set(origin === undefined ? [] : origin.#initialised)
    this.#trueCuts = new Map(origin === undefined ? [] : origin.#trueCuts)
    this.#keyCopies = new Map(origin === undefined ? [] : origin.#keyCopies)
    if (origin === undefined) return
    for (const [key, { cache, since_s }] of origin.#caches) this.#caches.set(key, { cache: cache.fork(), since_s })
  }

  /** How a restore reads. */
  get reading(): { readonly wholePacks?: boolean } {
    const { wholePacks } = this.#parameters
    return wholePacks === undefined ? {} : { wholePacks }
  }

  /**
   * Bytes that a restore may have written but not flushed to disk: Linux allows a fifth of the memory (vm.dirty_ratio),
   * a GiB or more. Never less than the concurrent requests of a restore, which with the large chunks of described data
   * are far more than on a real machine.
   */
  get writeBehind_bytes(): number {
    return Math.max(2 ** 30, CHUNKS_UNDER_WAY * this.#parameters.chunk_bytes)
  }

  exists(store: string, dataset: string): boolean {
    return this.#initialised.has(this.#placeOf(store, dataset))
  }

  /** Records the true instant of a snapshot, whatever time it carries itself. */
  noteCut(snapshot: Snapshot, cut: Instant): void {
    if (snapshot.time !== cut) this.#trueCuts.set(snapshot.id, cut)
  }

  /** The true instant of a snapshot's consistent cut; undefined for a forged one, which holds no data. */
  cutOf({ id, original = id, time }: Snapshot): Instant | undefined {
    return this.#world.forgeries.has(original) ? undefined : (this.#trueCuts.get(original) ?? time)
  }

  /** Opens the repository, creating it first if there is none. One created as a copy's target shares the origin's keys. */
  async open(store: string, dataset: string, work: Work, copyOf?: Repository): Promise<Repository> {
    const place = this.#placeOf(store, dataset)
    const ports = this.ports(dataset, place, work)
    if (this.#initialised.has(place)) {
      const { principals, conditions } = this.#world
      const access = principals.accessFor(work, store)
      const blobs = withFaults(this.#world, { ...work, store, dataset }, this.#connect(store, dataset, work, access))
      // The jobs have the password in their configuration; whoever restores has lost it.
      const isLost =
        work.purpose === 'restore' && conditions.holding('key-loss').some(({ hazard }) => hazard.target === store)
      const password = isLost ? 'forgotten' : passwordOf(place, access.credential)
      const open = (): Promise<Repository> =>
        openRepository(
          ports,
          blobs,
          { password, principal: access.principal },
          this.#cacheOf(store, dataset, work.node),
        )
      try {
        return await open()
      } catch (error) {
        if (!(error instanceof RepositoryFormatError) || !this.#mayPutKeys(store, work)) throw error
        if (!(await this.#putKeys(store, dataset, work))) throw error
        return open()
      }
    }
    // A new repository is set up with full rights, whoever uses it later.
    const credentials = { password: place, principal: work.principal }
    const blobs = this.#connect(store, dataset, work, { principal: work.principal, may: ALL_RIGHTS })
    const kin = copyOf ?? (await this.#kinOf(store, dataset, work))
    const { chunk_bytes, pack_bytes, compression } = this.#parameters
    const repository = await initRepository(
      ports,
      blobs,
      credentials,
      {
        chunker: { min: chunk_bytes / 4, avg: chunk_bytes, max: chunk_bytes * 4, normalisation: 2 },
        pack_bytes,
        compression,
        // Results at the fidelity of extents must not depend on the version of a codec.
        metadataCompression: ports.fidelity === bytesFidelity ? compression : 'none',
        cipher: 'aes-256-gcm',
        // Key derivation is made cheap: its cost is not what a simulation is about.
        kdf: { algorithm: 'scrypt', cost: 2 },
      },
      kin,
    )
    for (const { credential, role } of this.#world.principals.keysOf(store)) {
      await addKey(repository, { password: passwordOf(place, credential), principal: credential, role })
    }
    if (this.#parameters.keyCopy === true || this.#isCarriedTo(store))
      this.#keyCopies.set(place, await configurationIn(blobs))
    this.#initialised.add(place)
    return this.#world.principals.declared ? this.open(store, dataset, work) : repository
  }

  /**
   * The repository as seen at the console of its store: lookups take no time and use no link. Archived data must be
   * thawed all the same; for tape, the catalogue answers.
   */
  async consult(store: string, dataset: string): Promise<Repository> {
    const { behaviour, objects } = this.#world.store(store)
    const place = this.#placeOf(store, dataset)
    const { medium, hasCatalogue = false } = behaviour
    const seen: BlobStore = {
      ...objects.observe(),
      ...(medium?.prepare === undefined || hasCatalogue
        ? {}
        : { prepare: (names: readonly string[]) => medium.prepare!(names) }),
    }
    const { simulation, clock } = this.#world
    const ports: EnginePorts = {
      clock,
      cpu: { charge: async () => {} },
      random: simulatedRandom(simulation.random(place, 'console', 0)),
      log: { audit: () => {}, warn: () => {} },
      fidelity: this.#fidelityOf(dataset),
    }
    const credentials = { password: place, principal: 'console' }
    return openRepository(ports, prefixedStore(`${dataset}/`, seen), credentials)
  }

  /**
   * Whether this work may restore deleted configuration and keys: a restore, if the strategy keeps a copy; and work on
   * a courier's disk that has come back empty, before more is written to it.
   */
  #mayPutKeys(store: string, { purpose }: Work): boolean {
    if (purpose === 'restore') return this.#parameters.keyCopy === true
    return this.#world.store(store).holdsFor !== store
  }

  /** Whether a courier brings the contents of a disk into the repositories of this store. */
  #isCarriedTo(store: string): boolean {
    const place = this.#world.store(store).holdsFor
    return [...this.#world.stores.values()].some(({ name, holdsFor }) => name !== holdsFor && holdsFor === place)
  }

  /**
   * Puts the original configuration and keys into a store that lacks them.
   * @returns whether there was a copy of them
   */
  async #putKeys(store: string, dataset: string, work: Work): Promise<boolean> {
    const copy = this.#keyCopies.get(this.#placeOf(store, dataset))
    if (copy === undefined) return false
    const blobs = this.#connect(store, dataset, work, { principal: work.principal, may: ALL_RIGHTS })
    for (const { name, content } of copy) {
      try {
        await blobs.put(name, [content])
      } catch (error) {
        if (!(error instanceof BlobExistsError)) throw error
      }
    }
    return true
  }

  /**
   * When an empty store replaces another: a copy of the repository that was there, whose keys the new one takes so that
   * copies between them continue to work.
   */
  async #kinOf(store: string, dataset: string, work: Work): Promise<Repository | undefined> {
    if (this.#world.store(store).generation === 0) return undefined
    for (const other of this.#world.stores.values()) {
      if (other.name === store || other.failure !== undefined || !this.exists(other.name, dataset)) continue
      return this.open(other.name, dataset, work)
    }
    return undefined
  }

  /**
   * What a machine has cached of a repository: nothing after its catalogue, or the machine with its disk, was lost or
   * encrypted.
   */
  #cacheOf(store: string, dataset: string, node: string): RepositoryCache {
    const { conditions, simulation, placements } = this.#world
    const machine = placements.hostOf(node)
    const losses = conditions.ofKind('catalogue-loss').filter(({ hazard }) => hazard.target === store)
    const lost_s = Math.max(this.#world.node(machine).emptied_s, ...losses.map(({ since_s }) => since_s))
    // What is on a courier's disk differs from the repository that it is carried to.
    const key = `${machine} ${store}/${dataset}`
    const known = this.#caches.get(key)
    // A cache filled at the very instant of the loss is lost too.
    if (known !== undefined && known.since_s > lost_s) return known.cache
    const cache = new RepositoryCache()
    this.#caches.set(key, { cache, since_s: simulation.now })
    return cache
  }

  #placeOf(store: string, dataset: string): string {
    return placeOf(this.#world.store(store), dataset)
  }

  ports(dataset: string, place: string, work: Work): EnginePorts {
    const { simulation } = this.#world
    const { principal, step, attempt = 0 } = work
    const purpose = step === undefined ? 'engine' : `engine, ${step}`
    const who = attempt === 0 ? principal : `${principal} try ${attempt}`
    const log: Log = {
      audit: (record) => this.audit.push(record),
      warn: (message) => this.warnings.push(`${place}: ${message}`),
    }
    return {
      clock: this.#world.clockOf(work.node),
      cpu: this.#world.cpu(work.node, work.purpose),
      random: simulatedRandom(simulation.random(`${place} ${who}`, purpose, work.occurrence)),
      log,
      fidelity: this.#fidelityOf(dataset),
    }
  }

  #fidelityOf(dataset: string): EnginePorts['fidelity'] {
    return this.#world.dataset(dataset).specification.fidelity === 'bytes' ? bytesFidelity : extentsFidelity
  }

  #connect(store: string, dataset: string, work: Work, by: { principal: string; may: Rights }): BlobStore {
    const { principal, may } = by
    const { purpose, node, session, pace = session, closing, retrieval, onRead, onStored } = work
    // A restore that cannot reach a store at all tries another copy at once.
    const patience = patienceOf(this.#world, work, { onceReached: purpose === 'restore' })
    const told = { onRead, onStored }
    const access = { principal, may, purpose, ...(retrieval === undefined ? {} : { retrieval }), ...patience, ...told }
    const over = (resource: Resource): BlobStore =>
      prefixedStore(`${dataset}/`, this.#world.connect(store, node, { ...access, session: resource }))
    const blobs = over(pace)
    if (closing === undefined) return blobs
    const index = over(closing)
    return {
      ...blobs,
      put: (name, parts, options) => (name.startsWith('index/') ? index : blobs).put(name, parts, options),
    }
  }
}

/** The retry behaviour of work with `keepTrying_s`; empty for other work. */
export function patienceOf(
  world: World,
  { keepTrying_s = 0, session, node, onBack }: Pick<Work, 'keepTrying_s' | 'session' | 'node' | 'onBack'>,
  { onceReached = false } = {},
): { patience?: Patience } {
  if (keepTrying_s === 0) return {}
  const { simulation } = world
  const alive = (): boolean => world.node(node).alive
  return { patience: new Patience({ simulation, atMost_s: keepTrying_s, session, alive, onceReached, onBack }) }
}

async function configurationIn(blobs: BlobStore): Promise<Array<{ name: string; content: Content }>> {
  const names = ['config']
  for await (const { name } of blobs.list('keys/')) names.push(name)
  const copy: Array<{ name: string; content: Content }> = []
  for (const name of names) copy.push({ name, content: await blobs.get(name) })
  return copy
}
