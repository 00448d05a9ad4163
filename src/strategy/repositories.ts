import { extentsFidelity, simulatedRandom } from '../adapters/virtual/index.ts'
import { RepositoryCache, bytesFidelity, initRepository, openRepository } from '../engine/index.ts'
import type { Repository } from '../engine/index.ts'
import type { AuditRecord, BlobStore, EnginePorts, Log } from '../engine/ports.ts'
import type { Resource } from '../kernel/index.ts'
import { ALL_RIGHTS } from '../world/index.ts'
import type { World } from '../world/index.ts'
import type { RepositoryParameters } from './strategy.ts'

/** Who works on a repository, for what, and until when. */
export interface Work {
  readonly principal: string
  /** 'backup', 'copy', 'restore', 'verify': what the traffic is counted as. */
  readonly purpose: string
  /** Node that does the work. */
  readonly node: string
  /** Distinguishes this piece of work from all others in names of random streams. */
  readonly occurrence: number
  /** Fails when the work is called off. */
  readonly session: Resource
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
  readonly #caches = new Map<string, RepositoryCache>()
  readonly #initialised: Set<string>

  constructor(world: World, parameters: RepositoryParameters, origin?: Repositories) {
    this.#world = world
    this.#parameters = parameters
    this.wasteful = new Set(origin === undefined ? [] : origin.wasteful)
    this.#initialised = new Set(origin === undefined ? [] : origin.#initialised)
    if (origin === undefined) return
    for (const [place, cache] of origin.#caches) this.#caches.set(place, cache.fork())
  }

  exists(store: string, dataset: string): boolean {
    return this.#initialised.has(placeOf(store, dataset))
  }

  /** Opens the repository, making it first when there is none; one made as a copy's target shares the origin's keys. */
  async open(store: string, dataset: string, work: Work, copyOf?: Repository): Promise<Repository> {
    const place = placeOf(store, dataset)
    const ports = this.ports(dataset, place, work)
    const blobs = this.#connect(store, dataset, work)
    const credentials = { password: place, principal: work.principal }
    if (this.#initialised.has(place)) {
      let cache = this.#caches.get(place)
      if (cache === undefined) this.#caches.set(place, (cache = new RepositoryCache()))
      return openRepository(ports, blobs, credentials, cache)
    }
    const { chunk_bytes, pack_bytes, compression } = this.#parameters
    const repository = await initRepository(
      ports,
      blobs,
      credentials,
      {
        chunker: { min: chunk_bytes / 4, avg: chunk_bytes, max: chunk_bytes * 4, normalisation: 2 },
        pack_bytes,
        compression,
        // Results at the fidelity of extents must not hang on the version of a codec.
        metadataCompression: ports.fidelity === bytesFidelity ? compression : 'none',
        cipher: 'aes-256-gcm',
        // The cost of deriving a key from a password is not what a simulation is about.
        kdf: { algorithm: 'scrypt', cost: 2 },
      },
      copyOf,
    )
    this.#initialised.add(place)
    return repository
  }

  /** The machines that kept indexes are gone: they are read anew from the stores. */
  loseCaches(): void {
    this.#caches.clear()
  }

  ports(dataset: string, place: string, work: Work): EnginePorts {
    const { simulation, clock } = this.#world
    const log: Log = {
      audit: (record) => this.audit.push(record),
      warn: (message) => this.warnings.push(`${place}: ${message}`),
    }
    return {
      clock,
      cpu: this.#world.cpu(work.node, work.purpose),
      random: simulatedRandom(simulation.random(`${place} ${work.principal}`, 'engine', work.occurrence)),
      log,
      fidelity: this.#world.dataset(dataset).specification.fidelity === 'bytes' ? bytesFidelity : extentsFidelity,
    }
  }

  #connect(store: string, dataset: string, work: Work): BlobStore {
    const { principal, purpose, node, session } = work
    return below(`${dataset}/`, this.#world.connect(store, node, { principal, may: ALL_RIGHTS, purpose, session }))
  }
}

function placeOf(store: string, dataset: string): string {
  return `${store}:${dataset}`
}

/** The part of a store whose names begin with `prefix`, seen without it. */
function below(prefix: string, store: BlobStore): BlobStore {
  return {
    name: `${store.name}/${prefix}`,
    put: (name, parts, options) => store.put(prefix + name, parts, options),
    get: (name, range) => store.get(prefix + name, range),
    stat: async (name) => ({ ...(await store.stat(prefix + name)), name }),
    async *list(start) {
      for await (const { name, size, created, lockedUntil } of store.list(prefix + start)) {
        yield { name: name.slice(prefix.length), size, created, ...(lockedUntil === undefined ? {} : { lockedUntil }) }
      }
    },
    delete: (name) => store.delete(prefix + name),
    ...(store.prepare === undefined ? {} : { prepare: (names) => store.prepare!(names.map((name) => prefix + name)) }),
  }
}
