import type { Medium, VirtualStore } from '../../adapters/virtual/index.ts'
import type { Content } from '../../engine/ports.ts'
import type { RandomStream, Resource, Simulation, Use } from '../../kernel/index.ts'
import type { RequestMeter, StorageMeter } from '../storage-meter.ts'
import type { StepFunction, Timetable } from '../timetable.ts'

/** What fails together in a cluster; racks, nodes and disks are numbered from 0. */
export interface ClusterPart {
  readonly store: string
  readonly domain: 'site' | 'rack' | 'node' | 'disk'
  readonly which: string | number
}

/** Names of packs: each repository has the name of its dataset, which may be `data` itself. */
export const PACK = /^[^/]+\/data\//

/** What every store has, whatever stands behind it. */
export interface StoreCommon {
  readonly name: string
  readonly site: string
  /** Of the front door, shared by all who read or write; Infinity where it is not what limits. */
  readonly read_bytesPerSecond: number
  readonly write_bytesPerSecond: number
  /** Seconds before the first byte of each request. */
  readonly latency_s: number
  /** Bytes that it holds at most. Default: no limit. */
  readonly capacity_bytes?: number
  /** Object lock on every object for this long after it is written. Default: none. */
  readonly lock_s?: number
  /** Deleted objects stay, hidden, for this long. Default: they are gone. */
  readonly keepsDeleted_s?: number
  /** 1 while nothing leads to it, else 0. Default: always connected. */
  readonly airGap?: StepFunction
}

/** What one store may do with another. */
export interface OtherStore {
  readonly write: Resource
  /** Takes a blob that has been brought here, unless it has one of that name. */
  take(name: string, content: Content): void
}

/** What the store of one kind is built on. */
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

/** One item of the bill up to now; what it costs is quantity × price, in tiers where there are any. */
export interface StoreCost {
  readonly category: 'storage' | 'requests' | 'egress' | 'retrieval' | 'equipment'
  readonly item: string
  readonly quantity: number
  readonly unit: string
  readonly usd: number
  /** It comes from reading: a recovery adds to it. */
  readonly ofReading?: boolean
}

/** What a restore would meet, on the mean. */
export interface ReadingProspect {
  /** Until bytes pass. */
  readonly wait_s: number
  /** Behind the front door. */
  readonly bytesPerSecond: number
}

/** What a store of one kind does beyond holding bytes. */
export interface StoreBehaviour {
  /** Absent: bytes pass, and that is all. */
  readonly medium?: Medium
  /** What a stream of bytes takes of it that are no blobs, besides the front door: a machine that runs from it. */
  streaming?(kind: 'get' | 'put'): readonly Use[]
  /** Told of each change of what the store holds. */
  changed?(change: 'put' | 'delete', name: string, bytes: number): void
  costs(now_s: number): StoreCost[]
  /** What a restore of the packs below a prefix would meet. Absent: bytes pass at once, as fast as the front door. */
  prospect?(prefix: string): ReadingProspect
  /** Whether packs below a prefix have to be asked for, and can be read hours later: an archive thaws them, a vault sends them. */
  isAway?(prefix: string): boolean
  /** Its catalogue says what a restore needs, and all is asked for at once; absent: trees have to be had first, and read. */
  readonly hasCatalogue?: boolean
  /** All that it held is gone at once, and nobody deleted it. */
  lost?(): void
  /** Whether a blob outlives the store's site, because it lies elsewhere. Default: none does. */
  survives?(name: string): boolean
  /** One of several disks or cartridges fails. True: with it all is gone. Absent: there is only one. */
  failOne?(random: RandomStream): boolean
  /** A site where it has no front door, a rack, a node or a disk of it is gone; its own site: see `rebuild`. */
  losePart?(part: Omit<ClusterPart, 'store'>): void
  /** When parts that are away are back. */
  readonly partsBackAt_s?: readonly number[]
  /** It is away until then, seconds since start, and comes back with all it holds. */
  takePartAway?(part: Omit<ClusterPart, 'store'>, until_s: number): void
  /** An empty store stands in the place of one whose contents are gone. */
  replace?(): void
  /** Back in order after an outage. */
  resume?(): void
  /** Its site is gone; what survives can be read again when the medium says so. */
  rebuild?(): void
}

/** One kind of store. To add one: a file beside this, and a line in the registry; for scenarios, one in scenario/stores. */
export interface StoreKind<S extends StoreCommon & { readonly kind: string }> {
  readonly kind: S['kind']
  /** With `origin`: goes on from the state of a store that is idle. */
  build(specification: S, setting: StoreSetting, origin?: StoreBehaviour): StoreBehaviour
}
