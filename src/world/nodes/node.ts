import type { Resource, Simulation } from '../../kernel/index.ts'
import type { Interruptible } from '../failures/outages.ts'
import { RaidGroup } from './raid.ts'
import type { NodeSpecification } from '../estate.ts'

/** What a virtual machine uses of others besides its own share. */
export interface Underlay {
  readonly cores: readonly Resource[]
  readonly reads: readonly Resource[]
  readonly writes: readonly Resource[]
}

const NOTHING: Underlay = { cores: [], reads: [], writes: [] }

/**
 * A computer: cores and a disk that what runs on it has to share, and which die with it. Of a virtual machine cpu and disk
 * are what it may use at most; it uses those of its host and of where its images lie.
 */
export class Node implements Interruptible {
  readonly specification: NodeSpecification
  /** Core-seconds a second. */
  readonly cpu: Resource
  /** Bytes a second. */
  readonly diskRead: Resource
  readonly diskWrite: Resource
  /** Its cards together, which all passes that goes over its site; undefined: they hold nothing up. */
  readonly network: { readonly out: Resource; readonly in: Resource } | undefined
  /** The disks behind these rates, where there are several. */
  readonly raid: RaidGroup | undefined
  /** Told when its disks are gone with all that they held. */
  onDestroy: (() => void) | undefined
  /** Asked for what lies under it now, where it is a virtual machine. */
  onUnderlay: (() => Underlay) | undefined
  readonly #simulation: Simulation
  #emptied_s: number
  #destroyed: Error | undefined
  #interrupted: Error | undefined

  constructor(specification: NodeSpecification, simulation: Simulation, origin?: Node) {
    const { name, cpu, disk, network_bytesPerSecond: capacity } = specification
    this.specification = specification
    this.#simulation = simulation
    this.#emptied_s = origin === undefined ? -Infinity : origin.#emptied_s
    this.cpu = simulation.flows.resource({ name: `${name} cpu`, capacity: cpu.cores })
    this.diskRead = simulation.flows.resource({ name: `${name} disk read`, capacity: disk.read_bytesPerSecond })
    this.diskWrite = simulation.flows.resource({ name: `${name} disk write`, capacity: disk.write_bytesPerSecond })
    if (capacity !== undefined) {
      this.network = {
        out: simulation.flows.resource({ name: `${name} network out`, capacity }),
        in: simulation.flows.resource({ name: `${name} network in`, capacity }),
      }
    }
    const disks = { read: this.diskRead, write: this.diskWrite }
    this.raid = disk.raid === undefined ? undefined : new RaidGroup(disk.raid, simulation, disks, origin?.raid)
    if (origin !== undefined && origin.#destroyed !== undefined) this.loseHost(origin.#destroyed)
  }

  get name(): string {
    return this.specification.name
  }

  /** Of others, that it uses besides its own: nothing, unless it is a virtual machine. */
  get under(): Underlay {
    return this.onUnderlay?.() ?? NOTHING
  }

  /** When programs on it last lost what they kept there, seconds since start. */
  get emptied_s(): number {
    return this.#emptied_s
  }

  /** All that reading from its disk takes. */
  get reads(): readonly Resource[] {
    return [this.diskRead, ...this.under.reads]
  }

  get writes(): readonly Resource[] {
    return [this.diskWrite, ...this.under.writes]
  }

  /** It is there, and it runs. */
  get alive(): boolean {
    return this.#destroyed === undefined && this.#interrupted === undefined
  }

  /** The machine is gone, with everything in flight on it. */
  destroy(reason: Error): void {
    this.onDestroy?.()
    this.forget()
    this.loseHost(reason)
  }

  /** What programs keep on it is unreadable from now on, as after an encryption; it runs. */
  forget(): void {
    this.#emptied_s = this.#simulation.now
  }

  /** Nothing is left that could run it; its disk, which lies elsewhere, is. */
  loseHost(reason: Error): void {
    this.#destroyed = reason
    this.#settle()
  }

  /** A new machine of the same kind stands in its place; its disk is empty. */
  replace(): void {
    this.#destroyed = undefined
    this.raid?.replaceAll()
    this.#settle()
  }

  /** It stands still; its disk keeps what it holds. */
  interrupt(reason: Error): void {
    this.#interrupted = reason
    this.#settle()
  }

  resume(): void {
    this.#interrupted = undefined
    this.#settle()
  }

  #settle(): void {
    const reason = this.#destroyed ?? this.#interrupted
    for (const resource of [this.cpu, this.diskRead, this.diskWrite]) {
      if (reason === undefined) resource.restore()
      else resource.fail(reason)
    }
    if (reason === undefined) this.raid?.resume()
  }
}
