/** Names an event that waits in the queue. It stays unique after the event has fired, so that a late cancel is harmless. */
export type EventHandle = number

/** What a mechanism of the kernel (flows, resources, conditions) needs of the simulation that it lives in. */
export interface Timeline {
  /** Seconds since the scenario's start. */
  readonly now: number
  /** Schedules a callback that resolves no promise except through the kernel, which notes it by itself. */
  atSync(time_s: number, fire: () => void): EventHandle
  cancel(handle: EventHandle): boolean
  /** Notes that promises may have been resolved: microtasks must settle before the next event. */
  touch(): void
  /** What promises now wait for; whoever has waiters stands in it, so that an error about them can say so. */
  readonly awaited: Set<Awaited>
}

/** Something that hands out promises. */
export interface Awaited {
  /** Who waits for what: "2 requests wait for pool 'tape drives'". */
  describeWaiting(): string
}
