import type { Resource, Simulation } from '../../kernel/index.ts'
import type { Interruptible } from '../failures/outages.ts'
import { RaidGroup } from './raid.ts'
import type { NodeSpecification } from '../estate.ts'

/** Resources of other machines that a virtual machine uses in addition to its own. */
export interface Underlay {
  readonly cores: readonly Resource[]
  readonly reads: readonly Resource[]
  readonly writes: readonly Resource[]
}

const NOTHING: Underlay = { cores: [], reads: [], writes: [] }

/**
 * A computer whose cores and disk are shared by everything that runs on it and are lost with it. For a virtual machine,
 * cpu and disk are upper limits: it uses those of its host and of wherever its images are.
 */
export class Node implements Interruptible {
  readonly specification: NodeSpecification
  /** Core-seconds a second. */
  readonly cpu: Resource
  /** Bytes a second. */
  readonly diskRead: Resource
  readonly diskWrite: Resource
  /** All its network cards together, which traffic beyond its site passes; undefined: not a bottleneck. */
  readonly network: { readonly out: Resource; readonly in: Resource } | undefined
  /** The disks behind these rates, where there are several. */
  readonly raid: RaidGroup | undefined
  /** Called when its disks are gone with all their contents. */
  onDestroy: (() => void) | undefined
  /** Supplies the current underlay of a virtual machine. */
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

  /** Resources of other machines that it uses; none unless it is a virtual machine. */
  get under(): Underlay {
    return this.onUnderlay?.() ?? NOTHING
  }

  /** When programs on it last lost their local state, seconds since start. */
  get emptied_s(): number {
    return this.#emptied_s
  }

  /** Every resource that reading from its disk uses. */
  get reads(): readonly Resource[] {
    return [this.diskRead, ...this.under.reads]
  }

  get writes(): readonly Resource[] {
    return [this.diskWrite, ...this.under.writes]
  }

  /** True when the machine exists and runs. */
  get alive(): boolean {
    return this.#destroyed === undefined && this.#interrupted === undefined
  }

  /** Destroys the machine, with everything in flight on it. */
  destroy(reason: Error): void {
    this.onDestroy?.()
    this.forget()
    this.loseHost(reason)
  }

  /** Programs on it lose their local state, as after an encryption; the machine keeps running. */
  forget(): void {
    this.#emptied_s = this.#simulation.now
  }

  /** No host is left to run it; its disk, which is elsewhere, survives. */
  loseHost(reason: Error): void {
    this.#destroyed = reason
    this.#settle()
  }

  /** Puts a new machine of the same kind in its place, with an empty disk. */
  replace(): void {
    this.#destroyed = undefined
    this.raid?.replaceAll()
    this.#settle()
  }

  /** Stops the machine; its disk keeps its contents. */
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
