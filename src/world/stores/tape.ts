import type { Medium, MediumRequest } from '../../adapters/virtual/index.ts'
import { ObjectLockedError, StoreFullError } from '../../engine/errors.ts'
import type { ReadingOrder } from '../../engine/ports.ts'
import { Pool } from '../../kernel/index.ts'
import type { RandomStream, Use } from '../../kernel/index.ts'
import { meanOf, sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { Schedule } from '../timetable.ts'
import { onSchedule } from '../timetable.ts'
import { TapeDrives } from './tape-drives.ts'
import type { Cartridge, TapeMachinery } from './tape-drives.ts'
import { PACK } from './store-kind.ts'
import type { ReadingProspect, StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'

const YEAR_S = 365.25 * 86_400
/** A recalled cartridge that has not been read for this long is no longer needed: the next truck takes it back. */
const DONE_AFTER_S = 86_400

/** A tape library: drives, one robot, cartridges, and optionally a vault elsewhere. */
export interface TapeStoreSpecification extends StoreCommon, TapeMachinery {
  readonly kind: 'tape'
  readonly cartridges: number
  /** Capacity of one cartridge. */
  readonly cartridge_bytes: number
  /** 'shared': all datasets on the same cartridges; 'dataset': each on its own. */
  readonly pools: 'shared' | 'dataset'
  /** How long after its last write a cartridge must not be overwritten, even if nothing on it is needed any more. */
  readonly expiry_s: number
  readonly vault?: VaultSpecification
  /** Library, service contract and power. */
  readonly usdPerYear: number
  readonly usdPerCartridge: number
}

export interface VaultSpecification {
  /** When the truck calls, which takes every cartridge with data and brings back those that have expired. */
  readonly pickup: Schedule
  /** Time from the library to the vault, or back. */
  readonly transit_s: number
  /** Time from requesting cartridges until they are in the library. */
  readonly recall: Distribution
  /** After the loss of the library's site: time until another library can read what is in the vault. */
  readonly rebuild_s: number
  readonly usdPerPickup: number
  readonly usdPerRecall: number
}

export const tape: StoreKind<TapeStoreSpecification> = {
  kind: 'tape',
  build: (specification, setting, origin) =>
    new TapeLibrary(specification, setting, origin instanceof TapeLibrary ? origin : undefined),
}

interface Place {
  readonly cartridge: number
  readonly offset: number
  readonly bytes: number
}

/** Packs are on tape. The rest of a repository is small, and is kept in the library's catalogue on disk. */
class TapeLibrary implements StoreBehaviour {
  readonly medium: Medium = {
    serve: (request, pass) => this.#serve(request, pass),
    prepare: (names) => this.#prepare(names),
  }
  readonly hasCatalogue = true
  readonly #specification: TapeStoreSpecification
  readonly #setting: StoreSetting
  readonly #cartridges: readonly Cartridge[]
  readonly #drives: TapeDrives
  readonly #places: Map<string, Place>
  /** One place for each drive. A writer's cartridge is chosen when its turn comes, not when it starts to wait. */
  readonly #writers: Pool
  /** Serialises the use of each cartridge; created on first use. */
  readonly #inUse = new Map<number, Pool>()
  /** When the truck last called: the vault's copy of the catalogue is from then. */
  #cataloguedUntil_s: number
  #rebuiltAt_s: number
  #pickups = 0
  #recalls = 0
  /** When the last delivery was requested. */
  #recalledAt_s = -Infinity

  constructor(specification: TapeStoreSpecification, setting: StoreSetting, origin?: TapeLibrary) {
    this.#specification = specification
    this.#setting = setting
    const { simulation, timetable } = setting
    const { name, cartridges, drives, vault } = specification
    this.#writers = new Pool(simulation, { name: `${name} writers`, units: drives })
    this.#cartridges = Array.from({ length: cartridges }, (_, number) => ({
      ...(origin === undefined ? scratch(number) : origin.#cartridges[number]!),
    }))
    this.#drives = new TapeDrives(
      specification,
      simulation,
      this.#cartridges,
      origin === undefined ? undefined : origin.#drives,
    )
    this.#places = new Map(origin === undefined ? [] : origin.#places)
    this.#cataloguedUntil_s = origin === undefined ? -Infinity : origin.#cataloguedUntil_s
    this.#rebuiltAt_s = origin === undefined ? -Infinity : origin.#rebuiltAt_s
    if (vault !== undefined) timetable.add(onSchedule(vault.pickup, simulation.now, () => this.#pickUp(vault)))
  }

  changed(change: 'put' | 'delete', name: string): void {
    if (change === 'put') return
    const place = this.#places.get(name)
    if (place === undefined) return
    this.#places.delete(name)
    this.#cartridges[place.cartridge]!.live_bytes -= place.bytes
  }

  /** One cartridge turns out to be unreadable. */
  failOne(random: RandomStream): boolean {
    const written = this.#cartridges.filter(({ live_bytes }) => live_bytes > 0)
    if (written.length === 0) return false
    const { number } = random.pick(written)
    this.#setting.objects.loseAllBut((name) => this.#places.get(name)?.cartridge !== number)
    return false
  }

  /** The vault is elsewhere: cartridges there, and the copy of the catalogue that went with them, survive. */
  survives(name: string): boolean {
    if (!PACK.test(name)) return this.#setting.created_s(name) <= this.#cataloguedUntil_s
    const place = this.#places.get(name)
    return place !== undefined && this.#cartridges[place.cartridge]!.offsite
  }

  /** The library is destroyed with the cartridges in it; another one will read the rest. */
  rebuild(): void {
    const { simulation } = this.#setting
    this.#rebuiltAt_s = simulation.now + (this.#specification.vault?.rebuild_s ?? 0)
    this.#drives.empty()
    for (const cartridge of this.#cartridges)
      if (!cartridge.offsite) Object.assign(cartridge, scratch(cartridge.number))
  }

  isAway(prefix: string): boolean {
    return [...this.#places].some(
      ([name, { cartridge }]) => name.startsWith(prefix) && this.#cartridges[cartridge]!.offsite,
    )
  }

  prospect(prefix: string): ReadingProspect {
    const { robot_s, load_s, locate_s, drives, drive_bytesPerSecond, vault } = this.#specification
    const rebuilding_s = Math.max(0, this.#rebuiltAt_s - this.#setting.simulation.now)
    const recall_s = vault !== undefined && this.isAway(prefix) ? meanOf(vault.recall) : 0
    return {
      wait_s: Math.max(rebuilding_s, recall_s) + robot_s + load_s + locate_s,
      bytesPerSecond: drives * drive_bytesPerSecond,
    }
  }

  costs(now_s: number): StoreCost[] {
    const { name, usdPerYear, usdPerCartridge, vault } = this.#specification
    const bought = this.#cartridges.filter(({ written_s }) => written_s > -Infinity).length
    const equipment = (item: string, quantity: number, unit: string, price: number, ofReading = false): StoreCost => ({
      category: 'equipment',
      item: `${name} ${item}`,
      quantity,
      unit,
      usd: quantity * price,
      ofReading,
    })
    return [
      equipment('library', now_s / YEAR_S, 'years', usdPerYear),
      equipment('cartridges', bought, 'cartridges', usdPerCartridge),
      equipment('truck', this.#pickups, 'pickups', vault?.usdPerPickup ?? 0),
      equipment('recalls', this.#recalls, 'recalls', vault?.usdPerRecall ?? 0, true),
    ]
  }

  async #serve(request: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void> {
    const { simulation } = this.#setting
    if (this.#rebuiltAt_s > simulation.now) await simulation.sleep(this.#rebuiltAt_s - simulation.now)
    const { kind, name } = request
    if (kind === 'put' && PACK.test(name)) return this.#write(request, pass)
    const place = this.#places.get(name)
    if (kind === 'delete' && place !== undefined && this.#cartridges[place.cartridge]!.offsite) {
      const { name: store } = this.#specification
      throw new ObjectLockedError(`${name} in ${store} is on cartridge ${place.cartridge + 1}, which is in the vault`)
    }
    if (kind === 'get' && place !== undefined) return this.#read(request, place, pass)
    return pass()
  }

  async #write(request: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void> {
    if (!this.#writers.tryAcquire()) await this.#writers.acquire()
    try {
      await this.#writeOne(request, pass)
    } finally {
      this.#writers.release()
    }
  }

  async #writeOne({ name, bytes }: MediumRequest, pass: (over?: readonly Use[]) => Promise<void>): Promise<void> {
    const pool = this.#specification.pools === 'shared' ? '' : name.slice(0, name.indexOf('/'))
    const cartridge = this.#toWriteOn(pool, bytes)
    // Reserved at once, so that several writers do not count on the same space.
    const offset = cartridge.used_bytes
    cartridge.used_bytes += bytes
    await this.#with(cartridge, { position: offset, bytes, reads: false }, pass)
    cartridge.written_s = this.#setting.simulation.now
    if (this.#places.has(name)) return
    this.#places.set(name, { cartridge: cartridge.number, offset, bytes })
    cartridge.live_bytes += bytes
  }

  #read({ start, bytes }: MediumRequest, place: Place, pass: (over?: readonly Use[]) => Promise<void>): Promise<void> {
    const cartridge = this.#cartridges[place.cartridge]!
    return this.#with(cartridge, { position: place.offset + start, bytes, reads: true }, pass)
  }

  /** Transfers bytes between a cartridge and a drive, after having the cartridge delivered, mounted and wound to the place. */
  async #with(
    cartridge: Cartridge,
    what: { readonly position: number; readonly bytes: number; readonly reads: boolean },
    pass: (over?: readonly Use[]) => Promise<void>,
  ): Promise<void> {
    const { simulation } = this.#setting
    await this.#useOf(cartridge).use(async () => {
      if (cartridge.offsite) await this.#recall([cartridge])
      if (cartridge.travelsUntil_s > simulation.now) await simulation.sleep(cartridge.travelsUntil_s - simulation.now)
      await this.#drives.use(cartridge, what, pass)
      if (cartridge.wantedAt_s > -Infinity) cartridge.wantedAt_s = simulation.now
    })
  }

  #useOf({ number }: Cartridge): Pool {
    let pool = this.#inUse.get(number)
    if (pool === undefined) {
      pool = new Pool(this.#setting.simulation, {
        name: `${this.#specification.name} cartridge ${number + 1}`,
        units: 1,
      })
      this.#inUse.set(number, pool)
    }
    return pool
  }

  /**
   * An unused open cartridge of the pool, or a fresh one, while a drive is free for it. Otherwise one of those being
   * written, to queue for: changing cartridges takes longer than queueing.
   */
  #toWriteOn(pool: string, bytes: number): Cartridge {
    const { name, cartridge_bytes, drives } = this.#specification
    const open = this.#cartridges.filter(
      (cartridge) => cartridge.pool === pool && !cartridge.offsite && cartridge.used_bytes + bytes <= cartridge_bytes,
    )
    const inUse = open.filter((cartridge) => (this.#inUse.get(cartridge.number)?.inUse ?? 0) > 0)
    const shortestQueue = (among: Cartridge[]): Cartridge | undefined =>
      among.sort((a, b) => this.#queueFor(a) - this.#queueFor(b))[0]
    if (inUse.length > 0 && this.#drives.allBusy) return shortestQueue(inUse)!
    const unused = open.filter((cartridge) => !inUse.includes(cartridge))
    const idle = unused.find((cartridge) => this.#drives.has(cartridge)) ?? unused[0]
    if (idle !== undefined) return idle
    const fresh = open.length < drives && bytes <= cartridge_bytes ? this.#scratch() : undefined
    if (fresh !== undefined) {
      fresh.pool = pool
      return fresh
    }
    const first = shortestQueue(open)
    if (first !== undefined) return first
    throw new StoreFullError(
      bytes > cartridge_bytes
        ? `${name}: a blob of ${bytes} bytes is larger than a cartridge of ${cartridge_bytes}`
        : `${name} has no scratch cartridge left: all ${this.#cartridges.length} hold data or have not expired`,
    )
  }

  #queueFor({ number }: Cartridge): number {
    return this.#inUse.get(number)?.waiting ?? 0
  }

  #scratch(): Cartridge | undefined {
    const unused = this.#cartridges.find(({ pool, offsite }) => pool === undefined && !offsite)
    if (unused !== undefined) return unused
    const expired = this.#cartridges.find((cartridge) => !cartridge.offsite && this.#mayBeWrittenAnew(cartridge))
    if (expired === undefined) return undefined
    const { written_s } = expired
    return Object.assign(expired, scratch(expired.number), { written_s })
  }

  #mayBeWrittenAnew(cartridge: Cartridge): boolean {
    const { simulation } = this.#setting
    const busy = (this.#inUse.get(cartridge.number)?.inUse ?? 0) > 0
    return !busy && cartridge.live_bytes === 0 && cartridge.written_s + this.#specification.expiry_s <= simulation.now
  }

  #pickUp({ transit_s }: VaultSpecification): void {
    const { now } = this.#setting.simulation
    const { expiry_s } = this.#specification
    this.#pickups += 1
    this.#cataloguedUntil_s = now
    for (const cartridge of this.#cartridges) {
      if ((this.#inUse.get(cartridge.number)?.inUse ?? 0) > 0) continue
      const expired = cartridge.written_s + expiry_s <= now
      if (cartridge.offsite ? !expired : cartridge.used_bytes === 0 || expired) continue
      if (now < cartridge.wantedAt_s + DONE_AFTER_S) continue
      cartridge.offsite = !cartridge.offsite
      cartridge.travelsUntil_s = now + transit_s
      cartridge.wantedAt_s = -Infinity
      this.#drives.eject(cartridge)
    }
  }

  /** Requests cartridges from the vault; those requested at the same time share one delivery. */
  async #recall(cartridges: readonly Cartridge[]): Promise<void> {
    const { simulation } = this.#setting
    const { name, vault } = this.#specification
    if (vault === undefined || cartridges.length === 0) return
    const { now } = simulation
    if (now > this.#recalledAt_s) this.#recalls += 1
    this.#recalledAt_s = now
    const delay_s = sample(vault.recall, simulation.random(name, 'recall', now))
    for (const cartridge of cartridges) {
      cartridge.offsite = false
      // A cartridge still on its way to the vault has to arrive there first.
      cartridge.travelsUntil_s = Math.max(now, cartridge.travelsUntil_s) + delay_s
      cartridge.wantedAt_s = cartridge.travelsUntil_s
    }
    await simulation.sleep(Math.max(...cartridges.map(({ travelsUntil_s }) => travelsUntil_s)) - now)
  }

  /** Has the cartridges that hold these blobs delivered, and returns the order in which they are best read. */
  async #prepare(names: readonly string[]): Promise<ReadingOrder> {
    const offset = (name: string): number => this.#places.get(name)!.offset
    const onTape = names.filter((name) => this.#places.has(name))
    const byCartridge = [...Map.groupBy(onTape, (name) => this.#places.get(name)!.cartridge)].sort(([a], [b]) => a - b)
    // Computed before waiting for the truck: meanwhile the library may be lost or a blob deleted, and reading reports
    // that.
    const media = byCartridge.map(([, onIt]) => onIt.sort((a, b) => offset(a) - offset(b)))
    const wanted = byCartridge.map(([number]) => this.#cartridges[number]!)
    await this.#recall(wanted.filter(({ offsite }) => offsite))
    return { media, atOnce: this.#specification.drives }
  }
}

function scratch(number: number): Cartridge {
  return {
    number,
    pool: undefined,
    used_bytes: 0,
    live_bytes: 0,
    written_s: -Infinity,
    offsite: false,
    travelsUntil_s: -Infinity,
    wantedAt_s: -Infinity,
  }
}
