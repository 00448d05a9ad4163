/** Names an event that waits in the queue. It stays unique after the event has fired, so that a late cancel is harmless. */
export type EventHandle = number

/** What a mechanism of the kernel (flows, resources, conditions) needs from the simulation that it is part of. */
export interface Timeline {
  /** Seconds since the scenario's start. */
  readonly now: number
  /** Schedules a callback that resolves no promise, except through the kernel, which keeps track of those itself. */
  atSync(time_s: number, fire: () => void): EventHandle
  cancel(handle: EventHandle): boolean
  /** Notes that promises may have been resolved: microtasks must settle before the next event. */
  touch(): void
  /** Everything that currently keeps promises waiting, so that an error about them can name it. */
  readonly awaited: Set<Awaited>
}

/** Something that hands out promises. */
export interface Awaited {
  /** Says who is waiting for what: "2 requests wait for pool 'tape drives'". */
  describeWaiting(): string
}
