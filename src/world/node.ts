import type { Resource, Simulation } from '../kernel/index.ts'
import type { NodeSpecification } from './specification.ts'

/** A computer: cores and a disk that what runs on it has to share, and which die with it. */
export class Node {
  readonly specification: NodeSpecification
  /** Core-seconds a second. */
  readonly cpu: Resource
  /** Bytes a second. */
  readonly diskRead: Resource
  readonly diskWrite: Resource
  #alive = true

  constructor(specification: NodeSpecification, simulation: Simulation) {
    const { name, cpu, disk } = specification
    this.specification = specification
    this.cpu = simulation.flows.resource({ name: `${name} cpu`, capacity: cpu.cores })
    this.diskRead = simulation.flows.resource({ name: `${name} disk read`, capacity: disk.read_bytesPerSecond })
    this.diskWrite = simulation.flows.resource({ name: `${name} disk write`, capacity: disk.write_bytesPerSecond })
  }

  get name(): string {
    return this.specification.name
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The machine is gone, with everything in flight on it. */
  destroy(reason: Error): void {
    this.#alive = false
    for (const resource of [this.cpu, this.diskRead, this.diskWrite]) resource.fail(reason)
  }

  /** A new machine of the same kind stands in its place; its disk is empty. */
  replace(): void {
    this.#alive = true
    for (const resource of [this.cpu, this.diskRead, this.diskWrite]) resource.restore()
  }
}
