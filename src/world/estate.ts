/**
 * What a world is made of, in base units: bytes, seconds, bytes a second, US dollars. The scenario reader produces these
 * objects, the world builds itself from them. All times are seconds since the scenario's start unless they say otherwise.
 */

import type { FileSizeLaw, Locality, RecordedChanges, Rhythm, ScannedFile } from '../adapters/virtual/index.ts'
import type { CredentialSpecification, PrincipalSpecification } from './access/principals.ts'
import type { RaidSpecification } from './nodes/raid.ts'
import type { Distribution } from './sample.ts'
import type { StoreSpecification } from './stores/index.ts'
import type { StepFunction } from './timetable.ts'

export interface SiteSpecification {
  readonly name: string
  readonly region: string
}

/** Bytes a second of one core for each stage; Infinity where computing is not modelled. */
export interface CpuRates {
  readonly chunk: number
  readonly hash: number
  readonly compress: number
  readonly encrypt: number
  readonly decrypt: number
  readonly decompress: number
}

export interface NodeSpecification {
  readonly name: string
  readonly site: string
  readonly cpu: { readonly preset: string; readonly cores: number; readonly rates_bytesPerSecond: CpuRates }
  readonly disk: {
    /** Infinity: not modelled. */
    readonly read_bytesPerSecond: number
    readonly write_bytesPerSecond: number
    readonly capacity_bytes: number
    /** Directory entries a second that a walk can examine. */
    readonly scan_entriesPerSecond: number
    /** Several disks behind these rates. Default: one, and with it the data is gone. */
    readonly raid?: RaidSpecification
  }
  /** Of its cards together, each way; absent: not modelled. */
  readonly network_bytesPerSecond?: number
  /** It is no machine of its own. */
  readonly vm?: VmSpecification
}

/** A machine that is made of another's cores, and whose disks are images on that machine or on an array. */
export interface VmSpecification {
  readonly host: string
  /** Node whose disks hold the images: the host, or an array that several hosts share. */
  readonly storage: string
  /** Hosts on which it can be started instead, in the order in which they are tried. */
  readonly startsOn: readonly string[]
  /** From the failure of its host until it runs on another. */
  readonly restart_s: number
}

export interface LinkSpecification {
  readonly name: string
  /** Names of sites, nodes or stores. A link between sites carries all traffic between what stands there. */
  readonly between: readonly [string, string]
  /** From the first end to the second, and back unless that is said. */
  readonly bandwidth_bytesPerSecond: number
  readonly backward_bytesPerSecond?: number
  readonly latency_s: number
  /** Probability that a segment is lost, which bounds what one TCP connection reaches. Default 0. */
  readonly loss?: number
  /** Bytes that one TCP connection has under way at most, until they are acknowledged. Default: no limit. */
  readonly tcpWindow_bytes?: number
  /** Used only where there is no other way. */
  readonly standby?: boolean
  /** Capacity over time when a throttle calendar applies; never above the bandwidth. */
  readonly throttle?: StepFunction
  readonly usdPerMonth: number
  /** Of what passes, both ways. */
  readonly usdPerGB?: number
  /** For the 95th percentile of the five-minute means of a month, per Mbit/s. */
  readonly usdPerMbitMonth?: number
}

export interface DatasetSpecification {
  readonly name: string
  readonly node: string
  /** Datasets of one group are shards of one, on several nodes: they are cut together and go back together. */
  readonly group?: string
  readonly fidelity: 'bytes' | 'extents'
  /** A real directory (absolute path) that the virtual filesystem starts from; its size and files then count. */
  readonly from?: string
  /** Names and sizes of real files that the virtual filesystem starts from; size and files then count them. */
  readonly scan?: readonly ScannedFile[]
  readonly size_bytes: number
  readonly files: number
  /** What it may hold at most, however much room its disk has. Default: no limit but that of the disk. */
  readonly quota_bytes?: number
  /** Share of the bytes that is written anew a day: 0.01 is 1 %/day. */
  readonly change_perDay: number
  readonly locality: Locality
  /** Share by which the size grows a year. */
  readonly growth_perYear: number
  /** Original size over compressed size. */
  readonly compressibility: number
  /** Law of the sizes of its files; by default a lognormal one. */
  readonly sizes?: FileSizeLaw
  /** When in the week its application writes. Default: always the same. */
  readonly rhythm?: Rhythm
  /** Share of its files, and of what is written, that is somewhere else in it too. Default 0. */
  readonly duplicates?: number
  /** Share of what is written that is what stood there before. Default 0. */
  readonly rewritten?: number
  /** What its application does, as it was recorded on a real system; shares of change and growth then say nothing. */
  readonly recorded?: RecordedChanges
  /** Blocks of which whoever holds the disk knows whether they were written since an earlier backup; without it none does. */
  readonly changeTracking_bytes?: number
  /** How long what is written may wait before it is on the disk, seconds: a crash loses it. Default: it never waits. */
  readonly writeBack_s?: number
  /** How often the application writes: changes arrive in ticks this far apart. */
  readonly writeInterval_s: number
}

export interface ServiceSpecification {
  readonly name: string
  readonly needs: readonly string[]
  /** Services without which it does not work. */
  readonly dependsOn: readonly string[]
  /** Share of its data with which it comes back, in (0, 1]; the rest may follow. */
  readonly servesWith: number
  /** Lower is restored first. */
  readonly priority: number
  readonly objectives: { readonly rpo_s: number; readonly rto_s: number }
  readonly penalty: { readonly downtime_usdPerHour: number; readonly loss_usdPerHour: number }
}

/** A set that fails together, physical or not; its parts may lie in other such sets too. */
export interface DomainSpecification {
  readonly name: string
  /** Sites and regions are there without being declared. */
  readonly kind: 'host' | 'rack' | 'power' | 'account'
  /** Names of sites, nodes, stores, links and other domains. */
  readonly members: readonly string[]
}

/** What all hazards have, of whatever kind. */
export interface HazardCommon {
  readonly name: string
  readonly kind: string
  /** Expected incidents a year. */
  readonly rate_perYear: number
  /** Seconds from one incident to the next where they do not come as a Poisson process of that rate. */
  readonly between?: Distribution
  /** Strikes at this instant, seconds since start, instead of at random ones. */
  readonly at_s?: number
  /** Where the rate comes from. */
  readonly source?: string
}

/** What stands in a world, and what may befall it: all that a world needs to know of its hazards to build itself. */
export interface EstateSpecification {
  readonly sites: ReadonlyMap<string, SiteSpecification>
  readonly nodes: ReadonlyMap<string, NodeSpecification>
  readonly stores: ReadonlyMap<string, StoreSpecification>
  readonly links: ReadonlyMap<string, LinkSpecification>
  readonly domains: ReadonlyMap<string, DomainSpecification>
  readonly datasets: ReadonlyMap<string, DatasetSpecification>
  readonly services: ReadonlyMap<string, ServiceSpecification>
  readonly hazards: ReadonlyMap<string, HazardCommon>
  readonly credentials: ReadonlyMap<string, CredentialSpecification>
  readonly principals: ReadonlyMap<string, PrincipalSpecification>
}
