import { EngineError } from '../engine/errors.ts'
import type { EventHandle, Resource, Simulation } from '../kernel/index.ts'
import type { Job } from './strategy.ts'

const HOUR_S = 3600

/** Enforces the terms of one run, and can end it. */
export interface Session {
  /** Used by every transfer of the run. */
  readonly session: Resource
  /** Used instead of `session` over links, where the job has a limit. */
  readonly pace?: Resource
  /** Used instead of both for the few kilobytes of index that a run still writes after its window has ended. */
  readonly closing?: Resource
  /** Ends the session and returns a remark about its window. */
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
        // Whether it was in time or was stopped at the end of the window (its error says so), it did not overrun.
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
