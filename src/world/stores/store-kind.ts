import type { Medium, VirtualStore } from '../../adapters/virtual/index.ts'
import type { Content } from '../../engine/ports.ts'
import type { RandomStream, Resource, Simulation, Use } from '../../kernel/index.ts'
import type { RequestMeter, StorageMeter } from '../storage-meter.ts'
import type { StepFunction, Timetable } from '../timetable.ts'

/** A part of a cluster that fails as one; racks, nodes and disks are numbered from 0. */
export interface ClusterPart {
  readonly store: string
  readonly domain: 'site' | 'rack' | 'node' | 'disk'
  readonly which: string | number
}

/** Matches names of packs. A repository has the name of its dataset, which may itself be `data`. */
export const PACK = /^[^/]+\/data\//

/** Fields that every kind of store has. */
export interface StoreCommon {
  readonly name: string
  readonly site: string
  /** Bandwidth of the front door, shared by all who read or write; Infinity where it is not the bottleneck. */
  readonly read_bytesPerSecond: number
  readonly write_bytesPerSecond: number
  /** Seconds before the first byte of each request. */
  readonly latency_s: number
  /** The most bytes that it can hold. Default: no limit. */
  readonly capacity_bytes?: number
  /** Object lock on every object for this long after it is written. Default: none. */
  readonly lock_s?: number
  /** Deleted objects stay, hidden, for this long. Default: they are removed at once. */
  readonly keepsDeleted_s?: number
  /** 1 while it is disconnected, otherwise 0. Default: always connected. */
  readonly airGap?: StepFunction
}

/** The operations that one store has on another. */
export interface OtherStore {
  readonly write: Resource
  /** Accepts a blob that has been brought here, unless a blob of that name exists. */
  take(name: string, content: Content): void
}

/** What the behaviour of a store needs from its surroundings. */
export interface StoreSetting {
  readonly simulation: Simulation
  readonly timetable: Timetable
  readonly objects: VirtualStore
  /** Seconds since the scenario's start at which an object was written. */
  created_s(name: string): number
  readonly storage: StorageMeter
  readonly requests: RequestMeter
  /** Another store of the world. */
  readonly other: (name: string) => OtherStore
  /** The front door. */
  readonly read: Resource
  readonly write: Resource
}

/** One item of the bill up to now. Its cost is quantity × price, by tiers where there are any. */
export interface StoreCost {
  readonly category: 'storage' | 'requests' | 'egress' | 'retrieval' | 'equipment'
  readonly item: string
  readonly quantity: number
  readonly unit: string
  readonly usd: number
  /** Charged for reading, so that a recovery adds to it. */
  readonly ofReading?: boolean
}

/** What a restore can expect, on average. */
export interface ReadingProspect {
  /** Seconds until the first byte. */
  readonly wait_s: number
  /** Rate behind the front door. */
  readonly bytesPerSecond: number
}

/** The behaviour of one kind of store beyond holding bytes. */
export interface StoreBehaviour {
  /** Absent: reads and writes only use the front door. */
  readonly medium?: Medium
  /** Resources in addition to the front door that a stream without blobs uses: a machine that runs from its backup. */
  streaming?(kind: 'get' | 'put'): readonly Use[]
  /** Called on each change of what the store holds. */
  changed?(change: 'put' | 'delete', name: string, bytes: number): void
  costs(now_s: number): StoreCost[]
  /** What a restore of the packs below a prefix can expect. Absent: the first byte at once, at the rate of the front door. */
  prospect?(prefix: string): ReadingProspect
  /**
   * Whether packs below a prefix must be requested and can be read only hours later: an archive thaws them, a vault
   * sends them.
   */
  isAway?(prefix: string): boolean
  /**
   * True where the catalogue tells which packs a restore needs, so that all are requested at once. Absent: trees must
   * be fetched and read first.
   */
  readonly hasCatalogue?: boolean
  /** All contents are gone at once, without having been deleted. */
  lost?(): void
  /** Whether a blob survives the loss of the store's site because it is elsewhere. Default: none does. */
  survives?(name: string): boolean
  /** Fails one of several disks or cartridges, and returns true when everything is lost with it. Absent: there is only one. */
  failOne?(random: RandomStream): boolean
  /** A site without the front door, a rack, a node or a disk of it is destroyed. For the store's own site see `rebuild`. */
  losePart?(part: Omit<ClusterPart, 'store'>): void
  /** When its unavailable parts are back. */
  readonly partsBackAt_s?: readonly number[]
  /** Makes a part unavailable until a time, seconds since start; it comes back with its contents. */
  takePartAway?(part: Omit<ClusterPart, 'store'>, until_s: number): void
  /** An empty store takes the place of one whose contents are gone. */
  replace?(): void
  /** The store is back in service after an outage. */
  resume?(): void
  /** Its site is destroyed; surviving contents can be read again when the medium allows. */
  rebuild?(): void
}

/**
 * One kind of store. To add one: a file in this folder and a line in the registry; for scenarios, a file in
 * scenario/stores.
 */
export interface StoreKind<S extends StoreCommon & { readonly kind: string }> {
  readonly kind: S['kind']
  /** With `origin`: continues from the state of an idle store. */
  build(specification: S, setting: StoreSetting, origin?: StoreBehaviour): StoreBehaviour
}
