import type { Resource, Simulation } from '../kernel/index.ts'
import type { Interruptible } from './outages.ts'
import type { LinkSpecification } from './specification.ts'
import { onSteps } from './timetable.ts'
import type { Timetable } from './timetable.ts'

/** A full-duplex connection: each direction has the whole bandwidth to itself. */
export class Link implements Interruptible {
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

  get name(): string {
    return this.specification.name
  }

  /** Nothing passes, in either direction; what was under way is lost. */
  interrupt(reason: Error): void {
    for (const direction of [this.forward, this.backward]) direction.fail(reason)
  }

  resume(): void {
    for (const direction of [this.forward, this.backward]) direction.restore()
  }
}
