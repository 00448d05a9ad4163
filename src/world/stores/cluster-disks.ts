import type { RandomStream, Resource } from '../../kernel/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import { layOut } from './placement.ts'
import type { DiskPlace, Spread } from './placement.ts'
import type { StoreSetting } from './store-kind.ts'

/** The disks of a cluster and how they fail. */
export interface DiskArray {
  /** Sites that the racks are dealt out to in turn. The store's own site, with the front door, is one of them. */
  readonly sites: readonly string[]
  readonly racks: number
  readonly nodesPerRack: number
  readonly disksPerNode: number
  readonly disk_bytesPerSecond: number
  /** Lifetime of a disk; absent: disks fail only when a hazard strikes. */
  readonly failure?: Distribution
  /** Time until a failed disk is replaced by an empty one. */
  readonly replacement_s: number
}

export interface Disk extends DiskPlace {
  /** It works, is unavailable for a while, or is gone. */
  state: 'up' | 'away' | 'failed'
  /** Seconds since start; Infinity: not by itself. */
  failsAt_s: number
  /** When an unavailable disk is back, seconds since start. */
  backAt_s: number
  /** When a failed disk is replaced, seconds since start. */
  replacedAt_s: number
  /** Number of disks that this slot has had before. */
  generation: number
}

/** Callbacks by which a cluster learns of its disks. */
export interface DiskEvents {
  failed(numbers: readonly number[]): void
  /** An empty disk has taken the place of a failed one. */
  replaced(disk: Disk): void
}

/** The disks of a cluster: which of them work, are unavailable for a while or are gone, and when that changes. */
export class ClusterDisks {
  readonly all: readonly Disk[]
  /** Reading and writing of all working disks together, bytes a second. */
  readonly rate: Resource
  readonly #array: DiskArray
  readonly #setting: StoreSetting
  readonly #random: (purpose: string, occurrence: number) => RandomStream
  readonly #events: DiskEvents

  constructor(
    array: DiskArray & { readonly name: string },
    setting: StoreSetting,
    events: DiskEvents,
    origin?: ClusterDisks,
  ) {
    this.#array = array
    this.#setting = setting
    this.#events = events
    const { simulation } = setting
    const { name, sites, disk_bytesPerSecond } = array
    this.#random = (purpose, occurrence) => simulation.random(name, purpose, occurrence)
    this.all = layOut(sites, array).map((where) => {
      if (origin !== undefined) return { ...origin.all[where.disk]! }
      return {
        ...where,
        state: 'up',
        backAt_s: -Infinity,
        generation: 0,
        replacedAt_s: Infinity,
        failsAt_s: this.#lifetime(where.disk, 0),
      }
    })
    const capacity = this.all.length * disk_bytesPerSecond
    this.rate = simulation.flows.resource({ name: `${name} disks`, capacity })
    if (origin !== undefined) this.#updateRate()
    for (const disk of this.all) this.#expectFailure(disk)
    if (origin === undefined) return
    for (const disk of this.all) {
      if (disk.state === 'failed') this.#expectReplacement(disk)
      if (disk.state === 'away') this.#expectBack(disk)
    }
  }

  /** Numbers of the disks of a node, a rack or a site, or of a single disk. */
  numbersOf(domain: Spread, which: number | string): number[] {
    return this.all.filter((disk) => disk[domain] === which).map(({ disk }) => disk)
  }

  working(): Disk[] {
    return this.all.filter(({ state }) => state === 'up')
  }

  /** When the unavailable disks are back. */
  get backAt_s(): number[] {
    return this.all.flatMap(({ state, backAt_s }) => (state === 'away' ? [backAt_s] : []))
  }

  /** Fails disks at once, with their contents. */
  fail(numbers: readonly number[]): void {
    for (const number of numbers) {
      const disk = this.all[number]!
      if (disk.state === 'failed') continue
      disk.state = 'failed'
      disk.failsAt_s = Infinity
      disk.replacedAt_s = this.#setting.simulation.now + this.#array.replacement_s
      this.#expectReplacement(disk)
    }
    this.#updateRate()
    this.#events.failed(numbers)
  }

  /**
   * Makes disks unavailable for a while, because their node restarts or their rack has no power; they come back with
   * their contents.
   */
  takeAway(numbers: readonly number[], until_s: number): void {
    for (const disk of numbers.map((number) => this.all[number]!)) {
      if (disk.state === 'failed') continue
      disk.state = 'away'
      if (until_s <= disk.backAt_s) continue
      disk.backAt_s = until_s
      this.#expectBack(disk)
    }
    this.#updateRate()
  }

  #expectBack(disk: Disk): void {
    const { backAt_s } = disk
    this.#setting.simulation.at(backAt_s, () => {
      if (disk.state !== 'away' || disk.backAt_s !== backAt_s) return
      disk.state = 'up'
      this.#updateRate()
    })
  }

  #expectFailure(disk: Disk): void {
    const { failsAt_s } = disk
    if (failsAt_s === Infinity) return
    this.#setting.simulation.at(failsAt_s, () => {
      if (disk.failsAt_s === failsAt_s) this.fail([disk.disk])
    })
  }

  #expectReplacement(disk: Disk): void {
    if (disk.replacedAt_s === Infinity) return
    this.#setting.simulation.at(disk.replacedAt_s, () => {
      if (disk.state !== 'failed') return
      disk.generation += 1
      disk.state = 'up'
      disk.failsAt_s = this.#lifetime(disk.disk, disk.generation)
      this.#expectFailure(disk)
      this.#updateRate()
      this.#events.replaced(disk)
    })
  }

  #lifetime(disk: number, generation: number): number {
    const { failure } = this.#array
    if (failure === undefined) return Infinity
    return this.#setting.simulation.now + sample(failure, this.#random(`disk ${disk}`, generation))
  }

  #updateRate(): void {
    this.rate.setCapacity(this.working().length * this.#array.disk_bytesPerSecond)
  }
}
