/**
 * The specification of a world, in base units: bytes, seconds, bytes a second, US dollars. The scenario reader produces
 * these objects and the world builds itself from them. All times are seconds since the start of the scenario unless
 * they say otherwise.
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

/** Bytes a second that one core processes in each stage; Infinity where computing is not modelled. */
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
    /** Infinity: the disk's speed is not modelled. */
    readonly read_bytesPerSecond: number
    readonly write_bytesPerSecond: number
    readonly capacity_bytes: number
    /** Directory entries that a walk of the tree examines per second. */
    readonly scan_entriesPerSecond: number
    /** The array of disks behind these rates. Default: a single disk, whose failure loses the data. */
    readonly raid?: RaidSpecification
  }
  /** Bandwidth of all its network cards together, in each direction. Absent: not modelled. */
  readonly network_bytesPerSecond?: number
  /** Present for a virtual machine. */
  readonly vm?: VmSpecification
}

/** A virtual machine: it uses the cores of a host, and its disks are images on that host or on an array. */
export interface VmSpecification {
  readonly host: string
  /** Node whose disks hold the images: the host, or an array shared by several hosts. */
  readonly storage: string
  /** Hosts on which it can be restarted, in the order in which they are tried. */
  readonly startsOn: readonly string[]
  /** Time from the failure of its host until it runs on another one. */
  readonly restart_s: number
}

export interface LinkSpecification {
  readonly name: string
  /** Names of sites, nodes or stores. A link between sites carries all traffic between whatever is placed there. */
  readonly between: readonly [string, string]
  /** Capacity from the first end to the second; the same in the other direction unless that is given separately. */
  readonly bandwidth_bytesPerSecond: number
  readonly backward_bytesPerSecond?: number
  readonly latency_s: number
  /** Probability that a segment is lost, which limits what one TCP connection can reach. Default 0. */
  readonly loss?: number
  /** Largest number of unacknowledged bytes of one TCP connection. Default: no limit. */
  readonly tcpWindow_bytes?: number
  /** Used only while there is no other route. */
  readonly standby?: boolean
  /** Capacity over time where a throttle calendar applies; never above the bandwidth. */
  readonly throttle?: StepFunction
  readonly usdPerMonth: number
  /** Price of every byte that passes, in either direction. */
  readonly usdPerGB?: number
  /** Price per Mbit/s of the 95th percentile of a month's five-minute means. */
  readonly usdPerMbitMonth?: number
}

export interface DatasetSpecification {
  readonly name: string
  readonly node: string
  /**
   * Datasets of one group are shards of one database on several nodes: they are backed up at the same instant and
   * restored together.
   */
  readonly group?: string
  readonly fidelity: 'bytes' | 'extents'
  /**
   * A real directory (absolute path) whose contents the virtual filesystem starts with; size and number of files are
   * taken from it.
   */
  readonly from?: string
  /** Names and sizes of real files that the virtual filesystem starts with; size and number of files are taken from them. */
  readonly scan?: readonly ScannedFile[]
  readonly size_bytes: number
  readonly files: number
  /** The most it may hold, even where its disk has more room. Default: no limit but the disk. */
  readonly quota_bytes?: number
  /** Share of its bytes rewritten per day: 0.01 is 1 %/day. */
  readonly change_perDay: number
  readonly locality: Locality
  /** Growth of its size per year, as a share. */
  readonly growth_perYear: number
  /** Original size divided by compressed size. */
  readonly compressibility: number
  /** Distribution of the sizes of its files. Default: lognormal. */
  readonly sizes?: FileSizeLaw
  /** When in the week its application writes. Default: evenly all week. */
  readonly rhythm?: Rhythm
  /** Share of its files, and of what is written, that duplicates other content of the dataset. Default 0. */
  readonly duplicates?: number
  /** Share of what is written that restores content which stood at the same place before. Default 0. */
  readonly rewritten?: number
  /** Changes recorded on a real system; they replace the rates of change and growth. */
  readonly recorded?: RecordedChanges
  /** Block size at which changed blocks are tracked by whoever holds the disk. Absent: nobody tracks them. */
  readonly changeTracking_bytes?: number
  /** How long a write may stay in memory before it reaches the disk, seconds: a crash loses it. Default: no time. */
  readonly writeBack_s?: number
  /** Interval between the ticks at which changes are applied. */
  readonly writeInterval_s: number
}

export interface ServiceSpecification {
  readonly name: string
  readonly needs: readonly string[]
  /** Services without which this one does not work. */
  readonly dependsOn: readonly string[]
  /** Share of its data that must be restored before it works again, in (0, 1]; the rest may follow. */
  readonly servesWith: number
  /** Lower numbers are restored first. */
  readonly priority: number
  readonly objectives: { readonly rpo_s: number; readonly rto_s: number }
  readonly penalty: { readonly downtime_usdPerHour: number; readonly loss_usdPerHour: number }
}

/** A set that fails together, physical or not. Its members may belong to other domains too. */
export interface DomainSpecification {
  readonly name: string
  /** Sites and regions exist without being declared. */
  readonly kind: 'host' | 'rack' | 'power' | 'account'
  /** Names of sites, nodes, stores, links and other domains. */
  readonly members: readonly string[]
}

/** Fields that every kind of hazard has. */
export interface HazardCommon {
  readonly name: string
  readonly kind: string
  /** Expected number of incidents per year. */
  readonly rate_perYear: number
  /** Time between incidents, in seconds, where they are not a Poisson process of that rate. */
  readonly between?: Distribution
  /** The hazard strikes once, at this instant in seconds since start, instead of at random. */
  readonly at_s?: number
  /** Where the rate comes from. */
  readonly source?: string
}

/** What a world consists of and the hazards that may strike it: all that a world needs in order to build itself. */
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
