import type { Resource, Simulation } from '../kernel/index.ts'
import type { LinkSpecification } from './specification.ts'
import { onSteps } from './timetable.ts'
import type { Timetable } from './timetable.ts'

/** A full-duplex connection: each direction has the whole bandwidth to itself. */
export class Link {
  readonly specification: LinkSpecification
  /** From the first end to the second. */
  readonly forward: Resource
  /** From the second end to the first. */
  readonly backward: Resource

  constructor(specification: LinkSpecification, simulation: Simulation, timetable: Timetable) {
    const { name, between, bandwidth_bytesPerSecond: capacity, throttle } = specification
    this.specification = specification
    this.forward = simulation.flows.resource({ name: `${name} (${between[0]}→${between[1]})`, capacity })
    this.backward = simulation.flows.resource({ name: `${name} (${between[1]}→${between[0]})`, capacity })
    if (throttle !== undefined) {
      const apply = (bytesPerSecond: number): void => {
        this.forward.setCapacity(Math.min(bytesPerSecond, capacity))
        this.backward.setCapacity(Math.min(bytesPerSecond, capacity))
      }
      timetable.add(onSteps(throttle, simulation.now, apply))
    }
  }
}
