import { Patience, extentsFidelity, simulatedRandom } from '../adapters/virtual/index.ts'
import { BlobExistsError, RepositoryFormatError } from '../engine/errors.ts'
import { RepositoryCache, addKey, bytesFidelity, initRepository, openRepository } from '../engine/index.ts'
import type { Repository, Snapshot } from '../engine/index.ts'
import type { AuditRecord, BlobStore, Content, EnginePorts, Instant, Log } from '../engine/ports.ts'
import type { Resource } from '../kernel/index.ts'
import { ALL_RIGHTS, below, passwordOf, placeOf } from '../world/index.ts'
import type { RetrievalTime, Rights, World } from '../world/index.ts'
import { withFaults } from './faults.ts'
import type { RepositoryParameters } from './strategy.ts'

/** What a restore reads at once: four requests of eight large chunks each (engine/packs/chunk-reader.ts). */
const CHUNKS_UNDER_WAY = 32

/** Who works on a repository, for what, and until when. */
export interface Work {
  readonly principal: string
  /** 'backup', 'copy', 'restore', 'verify': what the traffic is counted as. */
  readonly purpose: string
  /** Node that does the work. */
  readonly node: string
  /** Distinguishes this piece of work from all others in names of random streams. */
  readonly occurrence: number
  /** How often it was tried before: another try has other random bytes, or it would give its packs the names of the first. */
  readonly attempt?: number
  /** Of a run that opens its repository more than once: what it does there now. */
  readonly step?: string
  /** Fails when the work is called off. */
  readonly session: Resource
  /** Takes the place of `session` where bytes go over lines: limits them to what the job may take. */
  readonly pace?: Resource
  /** Takes the place of both for index files, so that a run whose window ends can still record what it has stored. */
  readonly closing?: Resource
  /** The work fails after this many packs have been read: a restore that breaks off. */
  readonly breaksOffAfter?: number
  /** Counts how long the work waits until data can be read. */
  readonly retrieval?: RetrievalTime
  /** How long it keeps trying what an outage cuts off. Default: it fails at once. */
  readonly keepTrying_s?: number
  /** Told when something got through again: how long nothing did, and why. */
  readonly onBack?: ((lasted_s: number, why: string) => void) | undefined
  /** Told of bytes that have come from the source, */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** and of those that the target holds. */
  readonly onStored?: ((bytes: number) => void) | undefined
}

/**
 * The repositories of one strategy: one for each dataset and store, under the dataset's name. Keeps what a backup program
 * keeps on its own disk between runs: the index.
 */
export class Repositories {
  readonly audit: AuditRecord[] = []
  readonly warnings: string[] = []
  /** Ids of the repositories in which forgotten snapshots have left something. */
  readonly wasteful: Set<string>
  readonly #world: World
  readonly #parameters: RepositoryParameters
  /** By machine that works on it, and repository. */
  readonly #caches = new Map<string, { readonly cache: RepositoryCache; readonly since_s: number }>()
  readonly #initialised: Set<string>
  /** Configurations and keys as they were made, by repository, where the strategy or a courier has them kept elsewhere. */
  readonly #keyCopies: Map<string, ReadonlyArray<{ readonly name: string; readonly content: Content }>>
  /** Instants of consistent cuts that a wrong clock gave other times, by id of the snapshot. */
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
   * Bytes that a restore may have written and the disk has not: Linux lets a fifth of the memory be so (vm.dirty_ratio), a GiB and more.
   * Never less than what the requests of a restore bring at once, which with the large chunks of described data is far more than on a
   * real machine.
   */
  get writeBehind_bytes(): number {
    return Math.max(2 ** 30, CHUNKS_UNDER_WAY * this.#parameters.chunk_bytes)
  }

  exists(store: string, dataset: string): boolean {
    return this.#initialised.has(this.#placeOf(store, dataset))
  }

  /** A snapshot was taken at this instant, whatever it says itself. */
  noteCut(snapshot: Snapshot, cut: Instant): void {
    if (snapshot.time !== cut) this.#trueCuts.set(snapshot.id, cut)
  }

  /** The true instant of a snapshot's consistent cut; undefined for one that holds nobody's data. */
  cutOf({ id, original = id, time }: Snapshot): Instant | undefined {
    return this.#world.forgeries.has(original) ? undefined : (this.#trueCuts.get(original) ?? time)
  }

  /** Opens the repository, making it first when there is none; one made as a copy's target shares the origin's keys. */
  async open(store: string, dataset: string, work: Work, copyOf?: Repository): Promise<Repository> {
    const place = this.#placeOf(store, dataset)
    const ports = this.ports(dataset, place, work)
    if (this.#initialised.has(place)) {
      const { principals, conditions } = this.#world
      const access = principals.accessFor(work, store)
      const blobs = withFaults(this.#world, { ...work, store, dataset }, this.#connect(store, dataset, work, access))
      // Whoever runs the jobs has the password in their configuration; whoever comes to restore has lost it.
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
    // A new repository is set up by whoever may do everything, whoever uses it later.
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
        // The cost of deriving a key from a password is not what a simulation is about.
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
   * The repository as whoever sits at the console of its store sees it, wherever he is: he looks things up in no time, and no bytes pass
   * any line. What an archive holds he has to have thawed first, as everybody; what is on tape a catalogue tells.
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
    return openRepository(ports, below(`${dataset}/`, seen), credentials)
  }

  /**
   * Whoever restores puts back what somebody deleted, if the strategy has a copy kept; and a courier's disk that comes back
   * empty gets them again, before more is written to it.
   */
  #mayPutKeys(store: string, { purpose }: Work): boolean {
    if (purpose === 'restore') return this.#parameters.keyCopy === true
    return this.#world.store(store).holdsFor !== store
  }

  /** A courier brings what is written to his disk into the repositories of this store. */
  #isCarriedTo(store: string): boolean {
    const place = this.#world.store(store).holdsFor
    return [...this.#world.stores.values()].some(({ name, holdsFor }) => name !== holdsFor && holdsFor === place)
  }

  /** Configuration and keys are put into a store that lacks them, as they were made. Whether a copy of them was kept. */
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

  /** Where an empty store replaces another, a copy of what was there: with its keys, copies between them go on. */
  async #kinOf(store: string, dataset: string, work: Work): Promise<Repository | undefined> {
    if (this.#world.store(store).generation === 0) return undefined
    for (const other of this.#world.stores.values()) {
      if (other.name === store || other.failure !== undefined || !this.exists(other.name, dataset)) continue
      return this.open(other.name, dataset, work)
    }
    return undefined
  }

  /**
   * What a machine knows of a repository already: nothing since its catalogue was lost, or the machine with its disk, or an
   * intruder encrypted that.
   */
  #cacheOf(store: string, dataset: string, node: string): RepositoryCache {
    const { conditions, simulation, placements } = this.#world
    const machine = placements.hostOf(node)
    const losses = conditions.ofKind('catalogue-loss').filter(({ hazard }) => hazard.target === store)
    const lost_s = Math.max(this.#world.node(machine).emptied_s, ...losses.map(({ since_s }) => since_s))
    // What is on a courier's disk is not what is in the repository that it is brought to.
    const key = `${machine} ${store}/${dataset}`
    const known = this.#caches.get(key)
    // What was read in the very instant of the loss is lost too.
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
    // Who comes to restore, and does not reach a store, looks for another copy at once.
    const patience = patienceOf(this.#world, work, { onceReached: purpose === 'restore' })
    const told = { onRead, onStored }
    const access = { principal, may, purpose, ...(retrieval === undefined ? {} : { retrieval }), ...patience, ...told }
    const over = (resource: Resource): BlobStore =>
      below(`${dataset}/`, this.#world.connect(store, node, { ...access, session: resource }))
    const blobs = over(pace)
    if (closing === undefined) return blobs
    const index = over(closing)
    return {
      ...blobs,
      put: (name, parts, options) => (name.startsWith('index/') ? index : blobs).put(name, parts, options),
    }
  }
}

/** What work may be patient with: nothing, where it does not say so. */
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
