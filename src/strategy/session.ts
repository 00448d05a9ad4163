import { EngineError } from '../engine/errors.ts'
import type { EventHandle, Resource, Simulation } from '../kernel/index.ts'
import type { Job } from './strategy.ts'

const HOUR_S = 3600

/** What holds one run to its terms, and ends it when it is called off. */
export interface Session {
  /** Every transfer of the run passes it. */
  readonly session: Resource
  /** Takes its place over lines, where the job has a limit. */
  readonly pace?: Resource
  /** Takes the place of both for the kilobytes that a run still enters in the index when its window has ended. */
  readonly closing?: Resource
  /** The run has ended; says what there is to say of its window. */
  close(): string
  callOff(reason: EngineError): void
}

/** @param shared session of all runs that have neither limit nor window of their own */
export function sessionOf({ name, terms = {} }: Job, simulation: Simulation, shared: Resource): Session {
  const { limit_bytesPerSecond, window_s, overrun } = terms
  if (limit_bytesPerSecond === undefined && window_s === undefined) {
    return { session: shared, close: () => '', callOff: () => {} }
  }
  const session = simulation.flows.resource({ name, capacity: Infinity })
  const pace =
    limit_bytesPerSecond === undefined
      ? undefined
      : simulation.flows.resource({ name: `${name} limit`, capacity: limit_bytesPerSecond })
  const callOff = (reason: EngineError): void => {
    session.fail(reason)
    pace?.fail(reason)
  }
  const ends_s = simulation.now + (window_s ?? Infinity)
  let timer: EventHandle | undefined
  if (window_s !== undefined && overrun === 'stop') {
    timer = simulation.at(ends_s, () => callOff(new EngineError(`its window of ${hours(window_s)} h has ended`)))
  }
  return {
    session,
    ...(pace === undefined ? {} : { pace }),
    ...(timer === undefined ? {} : { closing: shared }),
    callOff,
    close() {
      if (timer !== undefined) {
        // Whether it was in time or the window ended it, which its error says, it did not go on.
        simulation.cancel(timer)
        return ''
      }
      const over_s = simulation.now - ends_s
      return over_s > 0 ? `ran over its window by ${hours(over_s)} h` : ''
    },
  }
}

function hours(seconds: number): string {
  return String(Number((seconds / HOUR_S).toPrecision(3)))
}
