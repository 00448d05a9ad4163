import type { RecoveryPhases, Step } from './course.ts'

/** How one service came back from an incident, or did not. Times are seconds since start. */
export interface Recovery {
  readonly service: string
  /** When the service was hit: in a burst services are hit at different times. */
  readonly onset_s: number
  readonly outcome: 'recovered' | 'degraded' | 'lost'
  /** Why the outcome is not simply 'recovered', or which copies failed before one succeeded. */
  readonly reason: string
  /** Store that the data came from, or the node of a replica. */
  readonly store: string | undefined
  /** Instant of the consistent cut of the oldest point used. */
  readonly recoveryPoint_s: number | undefined
  /** The longest loss of work among its datasets, where they were not all struck at once. */
  readonly lostWork_s?: number
  /** When the service is back; for a lost one, when that is known. */
  readonly back_s: number
  /** When all its data are back: later than the service where that starts with a part of them. */
  readonly complete_s: number
  /** The critical path from the onset until it was back: each step began when the one before it ended. */
  readonly path: readonly Step[]
  /** Durations by phase on that path; their sum is the RTO achieved. */
  readonly phases_s: Readonly<RecoveryPhases>
  readonly restored_bytes: number
  readonly lost_bytes: number
  /** The restored tree equals the history of the dataset at the recovery point. */
  readonly verified: boolean
  /** The failback from a standby, after the service is back. */
  readonly failBack: FailBack | undefined
  /** How long a standby serves in its place, from the decision on; absent: none does. */
  readonly served_s?: number
}

export interface FailBack {
  /** From the first byte sent home until the service runs there. */
  readonly duration_s: number
  /** How much of that the service was down, while users were moved. */
  readonly down_s: number
  readonly bytes: number
  /** What the links charge for the traffic. */
  readonly usd: number
}
