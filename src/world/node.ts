import type { Resource, Simulation } from '../kernel/index.ts'
import type { Interruptible } from './outages.ts'
import { RaidGroup } from './raid.ts'
import type { NodeSpecification } from './specification.ts'

/** A computer: cores and a disk that what runs on it has to share, and which die with it. */
export class Node implements Interruptible {
  readonly specification: NodeSpecification
  /** Core-seconds a second. */
  readonly cpu: Resource
  /** Bytes a second. */
  readonly diskRead: Resource
  readonly diskWrite: Resource
  /** The disks behind these rates, where there are several. */
  readonly raid: RaidGroup | undefined
  /** Told when its disks are gone with all that they held. */
  onDestroy: (() => void) | undefined
  #destroyed: Error | undefined
  #interrupted: Error | undefined

  constructor(specification: NodeSpecification, simulation: Simulation, origin?: Node) {
    const { name, cpu, disk } = specification
    this.specification = specification
    this.cpu = simulation.flows.resource({ name: `${name} cpu`, capacity: cpu.cores })
    this.diskRead = simulation.flows.resource({ name: `${name} disk read`, capacity: disk.read_bytesPerSecond })
    this.diskWrite = simulation.flows.resource({ name: `${name} disk write`, capacity: disk.write_bytesPerSecond })
    const disks = { read: this.diskRead, write: this.diskWrite }
    this.raid = disk.raid === undefined ? undefined : new RaidGroup(disk.raid, simulation, disks, origin?.raid)
    if (origin !== undefined && origin.#destroyed !== undefined) this.destroy(origin.#destroyed)
  }

  get name(): string {
    return this.specification.name
  }

  /** It is there, and it runs. */
  get alive(): boolean {
    return this.#destroyed === undefined && this.#interrupted === undefined
  }

  /** The machine is gone, with everything in flight on it. */
  destroy(reason: Error): void {
    this.#destroyed = reason
    this.onDestroy?.()
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
