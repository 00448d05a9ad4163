import type { Usage } from './usage.ts'
import type { Wait } from '../waiting/wait.ts'

export interface ResourceOptions {
  readonly name: string
  /** Units per second; Infinity when it is not modelled. Zero stalls its flows. */
  readonly capacity: number
}

/** Whatever is shared by flows: a disk, a CPU stage, a link, a store's front door. */
export interface Resource {
  readonly name: string
  readonly capacity: number
  readonly failed: boolean
  readonly stalled: boolean
  readonly usage: Usage
  /** A capacity of zero stalls the flows until it is raised. */
  setCapacity(capacity: number): void
  /** Stops the flows over it, as a capacity of zero would, until `restore`. */
  stall(): void
  /** Kills the flows over it, and those that are started before `restore`: their `done` rejects with this error. */
  fail(error: Error): void
  /** Ends an outage of either kind. */
  restore(): void
}

/** A resource that a flow uses, and how much of it. */
export interface Use {
  readonly resource: Resource
  /** Units of the resource per unit of the flow. Default 1. */
  readonly coefficient?: number
}

export interface TransferOptions {
  /** In the units of the flow: bytes, as a rule. */
  readonly amount: number
  /** All resources used at once. */
  readonly over: readonly Use[]
  /** Share relative to others at the same bottleneck. Default 1. */
  readonly weight?: number
  /** Largest rate, units per second. Default none. */
  readonly cap?: number
  /** TCP window: caps the rate at window / (2 latency). */
  readonly window_bytes?: number
  /** Time before the first unit moves. Default 0. */
  readonly latency_s?: number
  /** A higher priority is served first; lower ones share what it leaves. An integer, default 0. */
  readonly priority?: number
  /** The heading under which every resource counts the amount. Default ''. */
  readonly purpose?: string
  /** Called when the whole amount has passed. Cheaper than awaiting `done`, under the condition of `Simulation.atSync`. */
  readonly finished?: () => void
}

export interface Flow extends Wait {
  /** Resolves when the whole amount has passed; rejects when the flow is killed or cancelled. */
  readonly done: Promise<void>
  /** Present rate, units per second. */
  readonly rate: number
  /** The whole amount has passed, or the flow was killed or cancelled. */
  readonly ended: boolean
  /** Amount that has not passed yet. */
  remaining(): number
  /** Ends the flow at once; `done` rejects with the error. Without effect on a flow that has ended. */
  cancel(error: Error): void
}
