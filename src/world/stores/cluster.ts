import type { Medium, MediumRequest } from '../../adapters/virtual/index.ts'
import { StoreUnavailableError } from '../../engine/errors.ts'
import { exp } from '../../kernel/index.ts'
import type { Flow, RandomStream, Resource, Use } from '../../kernel/index.ts'
import { onInterval } from '../timetable.ts'
import { ClusterDisks } from './cluster-disks.ts'
import type { Disk, DiskArray, DiskEvents } from './cluster-disks.ts'
import { another, place } from './placement.ts'
import type { Spread } from './placement.ts'
import type { ClusterPart, StoreBehaviour, StoreCommon, StoreCost, StoreKind, StoreSetting } from './store-kind.ts'

const YEAR_S = 365.25 * 86_400

/** Disks in nodes in racks at sites that hold every object in shards: erasure-coded, or as whole replicas. */
export interface ClusterStoreSpecification extends StoreCommon, DiskArray {
  readonly kind: 'cluster'
  /** Any `data` of the data + parity shards restore the object. Replicas: data 1. */
  readonly scheme: { readonly data: number; readonly parity: number }
  /** The level over which the shards of one object are spread. */
  readonly spread: Spread
  /** Number of placement groups. Objects of a group share their fate. */
  readonly groups: number
  /** Time until a failed disk is given up and its shards are rebuilt elsewhere. */
  readonly repairAfter_s: number
  /** Rate at which lost shards are rebuilt, all repairs together; Infinity: as fast as the disks allow. */
  readonly repair_bytesPerSecond: number
  /** Unreadable sectors that only a scrub or a repair finds. */
  readonly latentErrors?: { readonly perDiskYear: number; readonly scrubInterval_s: number }
  readonly usdPerYear: number
}

export const cluster: StoreKind<ClusterStoreSpecification> = {
  kind: 'cluster',
  build: (specification, setting, origin) =>
    new Cluster(specification, setting, origin instanceof Cluster ? origin : undefined),
}

interface Group {
  /** Disks that hold its shards, including missing ones until their shards have been rebuilt. */
  members: number[]
  bytes: number
  /** The shard that is waiting to be rebuilt, or is being rebuilt. */
  repair: PendingRepair | RunningRepair | undefined
}

interface PendingRepair {
  /** Seconds since start. */
  readonly at_s: number
}

interface RunningRepair {
  /** The disk that held the shard, and the one that will hold it. */
  readonly missing: number
  readonly target: number
  readonly bytes: number
  readonly flow: Flow
}

export class Cluster implements StoreBehaviour {
  readonly medium: Medium = { serve: (request, pass) => this.#serve(request, pass) }
  readonly #specification: ClusterStoreSpecification
  readonly #setting: StoreSetting
  readonly disks: ClusterDisks
  /** The limit that all repairs share. */
  readonly #repairs: Resource
  readonly #groups: readonly Group[]
  readonly #random: (purpose: string, occurrence: number) => RandomStream
  #events = 0
  #lostObjects = 0
  #repaired_bytes = 0
  #scrubbing: Flow | undefined

  constructor(specification: ClusterStoreSpecification, setting: StoreSetting, origin?: Cluster) {
    this.#specification = specification
    this.#setting = setting
    const { simulation, timetable } = setting
    const { name, scheme, spread, latentErrors } = specification
    this.#random = (purpose, occurrence) => simulation.random(name, purpose, occurrence)
    const events: DiskEvents = {
      failed: (numbers) => this.#failed(numbers),
      replaced: (disk) => this.#replaced(disk),
    }
    this.disks = new ClusterDisks(specification, setting, events, origin?.disks)
    const { repair_bytesPerSecond: capacity } = specification
    this.#repairs = simulation.flows.resource({ name: `${name} repairs`, capacity })
    this.#groups = Array.from({ length: specification.groups }, (_, number) => {
      const before = origin === undefined ? undefined : origin.#groups[number]!
      return {
        members:
          before === undefined
            ? place(this.disks.all, scheme.data + scheme.parity, spread, this.#random('placement', number))
            : [...before.members],
        bytes: before?.bytes ?? 0,
        repair: undefined,
      }
    })
    if (origin !== undefined) {
      this.#events = origin.#events
      this.#lostObjects = origin.#lostObjects
    }
    if (latentErrors !== undefined && latentErrors.scrubInterval_s < Infinity) {
      timetable.add(onInterval(latentErrors.scrubInterval_s, simulation.now, () => this.#scrubAll()))
    }
    if (origin === undefined) return
    for (const [number, group] of this.#groups.entries()) {
      const { repair } = origin.#groups[number]!
      if (repair === undefined) continue
      if ('at_s' in repair) this.#repairAt(group, repair.at_s)
      else this.#startRepair(group, repair, repair.flow.remaining())
    }
    const scrub = origin.#scrubbing
    if (scrub !== undefined && !scrub.ended) this.#scrub(scrub.remaining())
  }

  /** Number of objects that are gone because too many of their shards were. */
  get lostObjects(): number {
    return this.#lostObjects
  }

  get repaired_bytes(): number {
    return this.#repaired_bytes
  }

  #failed(numbers: readonly number[]): void {
    for (const [number, group] of this.#groups.entries()) {
      if (!group.members.some((member) => numbers.includes(member))) continue
      if (this.#missing(group, 'failed') > this.#specification.scheme.parity) this.#lose(number)
      else this.#repairSoon(group)
    }
  }

  /** The new disk is empty: its shards stay missing until they have been rebuilt. */
  #replaced(disk: Disk): void {
    for (const group of this.#groups) {
      group.members = group.members.map((member) => (member === disk.disk ? this.#gone(disk) : member))
    }
    for (const group of this.#groups) this.#repairSoon(group)
  }

  /** Fails one of the working disks. */
  failOne(random: RandomStream): boolean {
    const working = this.disks.working()
    if (working.length > 0) this.disks.fail([random.pick(working).disk])
    return false
  }

  get partsBackAt_s(): number[] {
    return this.disks.backAt_s
  }

  losePart({ domain, which }: Omit<ClusterPart, 'store'>): void {
    this.disks.fail(this.disks.numbersOf(domain, which))
  }

  takePartAway({ domain, which }: Omit<ClusterPart, 'store'>, until_s: number): void {
    this.disks.takeAway(this.disks.numbersOf(domain, which), until_s)
  }

  changed(change: 'put' | 'delete', name: string, bytes: number): void {
    this.#groupOf(name).bytes += change === 'put' ? bytes : -bytes
  }

  survives(name: string): boolean {
    return this.#groupOf(name).members.some(
      (member) => this.#diskOf(member).site !== undefined && this.#diskOf(member).site !== this.#specification.site,
    )
  }

  rebuild(): void {
    this.disks.fail(this.disks.numbersOf('site', this.#specification.site))
  }

  costs(now_s: number): StoreCost[] {
    const { name, usdPerYear } = this.#specification
    const years = now_s / YEAR_S
    return [{ category: 'equipment', item: name, quantity: years, unit: 'years', usd: usdPerYear * years }]
  }

  streaming(kind: 'get' | 'put'): readonly Use[] {
    const { data } = this.#specification.scheme
    return [{ resource: this.disks.rate, coefficient: kind === 'put' ? this.#shards() / data : 1 }]
  }

  async #serve(
    { kind, name, start, bytes }: MediumRequest,
    pass: (over?: readonly Use[]) => Promise<void>,
  ): Promise<void> {
    const { data, parity } = this.#specification.scheme
    const shards = data + parity
    if (kind !== 'put' && kind !== 'get') return pass()
    const group = this.#groupOf(name)
    const missing = this.#missing(group, 'away')
    if (missing > parity) {
      const { name: store } = this.#specification
      throw new StoreUnavailableError(`${store}: ${missing} of ${shards} shards of ${name} are out of reach`)
    }
    if (kind === 'put') return pass(this.streaming('put'))
    return pass([{ resource: this.disks.rate, coefficient: readsPerByte(missing / shards, data, start, bytes) }])
  }

  #groupOf(name: string): Group {
    return this.#groups[hash(name) % this.#groups.length]!
  }

  /** Number of members in this state or a worse one. */
  #missing({ members }: Group, state: 'away' | 'failed'): number {
    return members.filter((member) => {
      const { state: is } = this.#diskOf(member)
      return is === 'failed' || (state === 'away' && is === 'away')
    }).length
  }

  /** A number that belongs to no disk: the shard is missing, wherever it was. */
  #gone(disk: Disk): number {
    return -1 - disk.disk
  }

  #lose(number: number): void {
    const group = this.#groups[number]!
    const { objects } = this.#setting
    const before = objects.objects
    objects.loseAllBut((name) => hash(name) % this.#groups.length !== number)
    this.#lostObjects += before - objects.objects
    group.members =
      this.disks.working().length === 0 ? group.members : group.members.map((member) => this.#whole(group, member))
  }

  /** A group that lost its data needs no repair: it continues empty, on working disks. */
  #whole(group: Group, member: number): number {
    const { state } = this.#diskOf(member)
    if (state === 'up') return member
    const { spread } = this.#specification
    const working = group.members.filter((other) => this.#diskOf(other).state === 'up')
    return (
      another(this.disks.working(), working, spread, this.#random('lost', this.#events++), this.disks.all) ?? member
    )
  }

  #diskOf(member: number): { readonly state: Disk['state']; readonly site?: string } {
    return this.disks.all[member] ?? MISSING
  }

  #repairSoon(group: Group): void {
    if (group.repair !== undefined) return
    if (!group.members.some((member) => this.#diskOf(member).state === 'failed')) return
    this.#repairAt(group, this.#setting.simulation.now + this.#specification.repairAfter_s)
  }

  #repairAt(group: Group, at_s: number): void {
    group.repair = { at_s }
    this.#setting.simulation.at(at_s, () => this.#repair(group))
  }

  /** Rebuilds one missing shard: reads as many shards as restore the object, and writes one. */
  #repair(group: Group): void {
    const { scheme, spread } = this.#specification
    const missing = group.members.find((member) => this.#diskOf(member).state === 'failed')
    const left = group.members.filter((member) => this.#diskOf(member).state !== 'failed')
    const target = another(this.disks.working(), left, spread, this.#random('repair', this.#events++), this.disks.all)
    if (missing === undefined || target === undefined) {
      group.repair = undefined
      return
    }
    if (left.length === scheme.data) this.#meetLatentErrors(group, left)
    const bytes = group.bytes / scheme.data
    this.#startRepair(group, { missing, target, bytes }, bytes)
  }

  #startRepair(group: Group, repair: Omit<RunningRepair, 'flow'>, amount: number): void {
    const { missing, target, bytes } = repair
    const { scheme } = this.#specification
    const flow = this.#setting.simulation.flows.transfer({
      amount,
      over: [{ resource: this.disks.rate, coefficient: scheme.data + 1 }, { resource: this.#repairs }],
      purpose: 'repair',
      finished: () => {
        group.repair = undefined
        this.#repaired_bytes += bytes
        const still = group.members.indexOf(missing)
        if (still >= 0 && this.disks.all[target]!.state === 'up') group.members[still] = target
        this.#repairSoon(group)
      },
    })
    group.repair = { missing, target, bytes, flow }
  }

  /** No redundancy is left, so an unreadable sector on a shard that has to be read loses an object. */
  #meetLatentErrors(group: Group, left: readonly number[]): void {
    const { latentErrors, disksPerNode, nodesPerRack, racks } = this.#specification
    if (latentErrors === undefined || group.bytes <= 0) return
    const { objects } = this.#setting
    const random = this.#random('latent errors', this.#events++)
    // The group's share of a disk's contents is also its share of the disk's errors.
    const disks = racks * nodesPerRack * disksPerNode
    const share = Math.min(1, (group.bytes / Math.max(1, objects.stored_bytes)) * (disks / this.#shards()))
    const number = this.#groups.indexOf(group)
    for (let shard = 0; shard < left.length; shard++) {
      const age_s = random.uniform() * Math.min(latentErrors.scrubInterval_s, Math.max(1, this.#setting.simulation.now))
      if (!random.chance(1 - exp(-(latentErrors.perDiskYear / YEAR_S) * age_s * share))) continue
      const names = objects.names('').filter((name) => hash(name) % this.#groups.length === number)
      if (names.length === 0) return
      const victim = random.pick(names)
      objects.loseAllBut((name) => name !== victim)
      this.#lostObjects += 1
    }
  }

  #shards(): number {
    const { data, parity } = this.#specification.scheme
    return data + parity
  }

  #scrubAll(): void {
    const bytes = this.#setting.objects.stored_bytes * (this.#shards() / this.#specification.scheme.data)
    if (bytes > 0) this.#scrub(bytes)
  }

  /** Reads everything once, in competition with other work on the disks. */
  #scrub(amount: number): void {
    const over = [{ resource: this.disks.rate }]
    this.#scrubbing = this.#setting.simulation.flows.transfer({ amount, over, weight: 0.1, purpose: 'scrub' })
  }
}

const MISSING = { state: 'failed' } as const

/** Bytes of a stripe on each data shard: `osd_pool_erasure_code_stripe_unit` of Ceph. */
const STRIPE_UNIT_BYTES = 4096

/**
 * Bytes read from disks for each byte requested while this share of the shards is missing. Whole stripes cost no more
 * than usual, because any `data` shards of a stripe restore all of it. For less than a stripe, what a missing shard
 * held is computed from that many others, and at most the stripes that contain the bytes are read.
 */
function readsPerByte(missing: number, data: number, start: number, bytes: number): number {
  if (missing === 0 || data === 1 || bytes === 0) return 1
  const stripe_bytes = STRIPE_UNIT_BYTES * data
  const stripes = Math.ceil((start + bytes) / stripe_bytes) - Math.floor(start / stripe_bytes)
  return Math.min((stripes * stripe_bytes) / bytes, 1 + missing * (data - 1))
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
