import { AccessDeniedError } from '../../../engine/errors.ts'
import type {
  BlobInfo,
  BlobStore,
  ByteRange,
  Content,
  Instant,
  PutOptions,
  ReadingOrder,
} from '../../../engine/ports.ts'
import type { Simulation, Use } from '../../../kernel/index.ts'
import { passed, unavailable } from '../flow-errors.ts'
import type { Patience } from './patience.ts'
import { concatContents, sliceContent } from '../content/parts.ts'

export type StoreRequest = 'put' | 'get' | 'list' | 'delete'

export interface MediumRequest {
  readonly kind: StoreRequest | 'stat' | 'lock'
  /** Name of the blob; for a listing, its prefix. */
  readonly name: string
  /** Bytes to transfer, from this offset in the blob. */
  readonly start: number
  readonly bytes: number
}

/** What a store does besides transferring bytes: mounts a cartridge, thaws an archived object, counts requests. */
export interface Medium {
  /**
   * Serves a request that the store has accepted. Calls `pass` when the bytes may be transferred, with resources used
   * in addition to the route; an error refuses the request.
   */
  serve(request: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void>
  /** Prepares blobs for reading where that takes long, and returns the best order of reading where that matters. */
  prepare?(names: readonly string[]): Promise<ReadingOrder | undefined>
}

/** Told what a read waits for: the medium is being prepared, or bytes are being transferred. */
export interface ReadingWatch {
  readying<T>(work: () => Promise<T>): Promise<T>
  passing<T>(work: () => Promise<T>): Promise<T>
}

/** How one principal reaches a store from one place. */
export interface StoreAccess {
  readonly simulation: Simulation
  readonly principal: string
  readonly may: Readonly<Record<StoreRequest, boolean>>
  /**
   * Resources that the bytes of a put and of a get use, including the store's own rates. Evaluated for each request,
   * because routes change.
   */
  readonly putRoute: readonly Use[]
  readonly getRoute: readonly Use[]
  /** Seconds before the first byte of each request. */
  readonly latency_s: number
  /** Limit of one connection. Default: only that of the resources it uses. */
  readonly cap_bytesPerSecond?: number | undefined
  /** Object lock on every new object for this long; 0: the store does not lock. */
  readonly lock_s: number
  /** The heading under which the traffic is counted. */
  readonly purpose: string
  /** Default: a disk, which only transfers bytes. */
  readonly medium?: Medium
  /** Told of reads from a medium that takes long to prepare blobs. */
  readonly reading?: ReadingWatch
  /** Retries what an outage has interrupted. Default: it fails. */
  readonly patience?: Patience
  /** Called with each request that was served, and the bytes that it transferred. */
  readonly onRequest?: (kind: StoreRequest, bytes: number) => void
}

/** The operations of a store on requests that have arrived. */
export interface ServingStore {
  readonly name: string
  /** How often it has lost all contents: an operation that spans a loss would miss what was stored before. */
  readonly losses: number
  /** Changes whenever a blob is added, removed or locked. */
  readonly changes: number
  /** @throws StoreUnavailableError once it is destroyed */
  assertThere(): void
  /** Refuses a put that cannot succeed; otherwise reserves its bytes until `arrived` or `lost`. */
  announce(name: string, bytes: number): void
  lost(bytes: number): void
  arrived(name: string, content: Content, lockedUntil: (now: Instant) => Instant | undefined): void
  content(name: string): Content
  info(name: string): BlobInfo
  infos(prefix: string): BlobInfo[]
  find(name: string): BlobInfo | undefined
  lock(name: string, until: Instant): void
  remove(name: string): void
}

/** Names per listing request, as in S3. */
const NAMES_PER_LISTING = 1000

/** The engine's port to a store. Made by `VirtualStore.connect`. */
export class StoreConnection implements BlobStore {
  readonly name: string
  readonly prepare?: (names: readonly string[]) => Promise<ReadingOrder | undefined>
  readonly extendLock?: (name: string, until: Instant, to?: Instant) => Promise<Instant | undefined>
  readonly #store: ServingStore
  readonly #access: StoreAccess

  constructor(store: ServingStore, access: StoreAccess) {
    this.name = store.name
    this.#store = store
    this.#access = access
    const { medium, lock_s } = access
    if (medium?.prepare !== undefined) this.prepare = (names) => this.#readying(() => medium.prepare!(names))
    if (lock_s > 0) this.extendLock = (name, until, to = until) => this.#extendLock(name, until, to)
  }

  async put(name: string, parts: readonly Content[], options: PutOptions = {}): Promise<void> {
    this.#assertMay('put', name)
    // The owner of these bytes may reuse their buffer.
    const content = concatContents(parts.map((part) => (part instanceof Uint8Array ? part.slice() : part)))
    this.#store.announce(name, content.length)
    try {
      await this.#request('put', name, content.length)
    } catch (error) {
      this.#store.lost(content.length)
      throw error
    }
    const { lock_s, onRequest } = this.#access
    this.#store.arrived(name, content, (now) =>
      lock_s > 0 ? Math.max(now + lock_s, options.lockUntil ?? 0) : undefined,
    )
    onRequest?.('put', content.length)
  }

  async get(name: string, range?: ByteRange): Promise<Content> {
    this.#assertMay('get', name)
    const content = this.#store.content(name)
    const start = Math.min(range?.start ?? 0, content.length)
    const end = Math.max(start, Math.min(range?.end ?? content.length, content.length))
    await this.#request('get', name, end - start, start)
    this.#store.assertThere()
    this.#access.onRequest?.('get', end - start)
    const slice = sliceContent(content, start, end)
    // The reader must not be able to change what is stored.
    return slice instanceof Uint8Array ? slice.slice() : slice
  }

  async stat(name: string): Promise<BlobInfo> {
    this.#assertMay('get', name)
    await this.#request('stat', name, 0)
    this.#access.onRequest?.('get', 0)
    return this.#store.info(name)
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    for await (const page of this.pages(prefix)) yield* page
  }

  async *pages(prefix: string): AsyncIterable<readonly BlobInfo[]> {
    this.#assertMay('list', `${prefix}*`)
    let listed: BlobInfo[] | undefined
    let changes = 0
    let at = 0
    do {
      await this.#request('list', prefix, 0)
      this.#access.onRequest?.('list', 0)
      if (listed === undefined) {
        listed = this.#store.infos(prefix)
        ;({ changes } = this.#store)
      }
      const page = listed.length <= NAMES_PER_LISTING ? listed : listed.slice(at, at + NAMES_PER_LISTING)
      // Later pages reflect the state at that time.
      if (this.#store.changes === changes) yield page
      else yield page.flatMap(({ name }) => this.#store.find(name) ?? [])
      at += NAMES_PER_LISTING
    } while (at < listed.length)
  }

  async delete(name: string): Promise<void> {
    this.#assertMay('delete', name)
    await this.#request('delete', name, 0)
    this.#access.onRequest?.('delete', 0)
    this.#store.remove(name)
  }

  /** Checks the lock first, as with S3: only an actual change costs the price of a write. */
  async #extendLock(name: string, until: Instant, to: Instant): Promise<Instant> {
    this.#assertMay('put', name)
    const { lockedUntil = -Infinity } = await this.stat(name)
    if (lockedUntil >= until) return lockedUntil
    await this.#request('lock', name, 0)
    this.#access.onRequest?.('put', 0)
    this.#store.lock(name, to)
    return to
  }

  #assertMay(right: StoreRequest, what: string): void {
    const { may, principal } = this.#access
    if (may[right]) return
    throw new AccessDeniedError(`${principal} may not ${right} ${what} in ${this.name}`)
  }

  #request(kind: MediumRequest['kind'], name: string, bytes: number, start = 0): Promise<void> {
    const { medium } = this.#access
    const direction = kind === 'get' || kind === 'stat' || kind === 'list' ? 'getRoute' : 'putRoute'
    if (medium === undefined) return this.#transfer(direction, bytes)
    const request = { kind, name, start, bytes }
    const serve = (): Promise<void> => medium.serve(request, (over) => this.#transfer(direction, bytes, over))
    return direction === 'putRoute' || medium.prepare === undefined ? serve() : this.#readying(serve)
  }

  #readying<T>(work: () => Promise<T>): Promise<T> {
    const { reading } = this.#access
    return reading === undefined ? work() : reading.readying(work)
  }

  #passing<T>(work: () => Promise<T>): Promise<T> {
    const { reading } = this.#access
    return reading === undefined ? work() : reading.passing(work)
  }

  async #transfer(direction: 'putRoute' | 'getRoute', amount: number, besides: readonly Use[] = []): Promise<void> {
    const { losses } = this.#store
    const { patience } = this.#access
    for (;;) {
      const { simulation, purpose, latency_s, cap_bytesPerSecond } = this.#access
      const way = this.#access[direction]
      const over = besides.length === 0 ? way : [...way, ...besides]
      const passage = { amount, over, latency_s, purpose }
      try {
        const flow = simulation.flows.transfer(
          cap_bytesPerSecond === undefined ? passage : { ...passage, cap: cap_bytesPerSecond },
        )
        await this.#passing(() => passed(flow, unavailable))
        break
      } catch (error) {
        // Clients retry at once when a link has failed and there is another route.
        if (!sameUses(way, this.#access[direction])) continue
        if (patience === undefined || this.#store.losses !== losses) throw error
        // Counts as waiting for media: a faster link would not help.
        await this.#readying(() => patience.wait(error))
        if (this.#store.losses !== losses) throw error
      }
    }
    patience?.reached()
    this.#store.assertThere()
  }
}

function sameUses(a: readonly Use[], b: readonly Use[]): boolean {
  return a === b || (a.length === b.length && a.every(({ resource }, at) => resource === b[at]!.resource))
}
