import type { Resource, Simulation } from '../../../kernel/index.ts'

/** Pause after the first failure; it doubles after each further one, up to the longest. */
const FIRST_PAUSE_S = 1
const LONGEST_PAUSE_S = 60
/** A shorter pause would not advance the clock of a long simulation. */
const NO_PAUSE_S = 0.001

export interface PatienceOptions {
  readonly simulation: Simulation
  /** Counted from the first failure; any success starts over. */
  readonly atMost_s: number
  /** Fails when the work is cancelled. */
  readonly session: Resource
  /** Whether the machine that does the work still runs. */
  readonly alive: () => boolean
  /** Only what has been reached before is retried: a restore looks for another copy at once. Default: everything is. */
  readonly onceReached?: boolean
  /** Called when something gets through again, with the length of the interruption and its reason. */
  readonly onBack?: ((lasted_s: number, why: string) => void) | undefined
}

/**
 * How long one piece of work keeps trying to reach a store, like backup programs do. The pauses are those of restic
 * 0.17 (pull request 4784): some twenty attempts in a quarter of an hour, and at most a minute lost once the route is
 * free again. All requests of the work share it: after it has given up, every further request fails at once.
 */
export class Patience {
  readonly #options: PatienceOptions
  #unreachable: { readonly since_s: number; readonly why: string } | undefined
  #wasReached = false

  constructor(options: PatienceOptions) {
    this.#options = options
  }

  /** A request got through. */
  reached(): void {
    this.#wasReached = true
    if (this.#unreachable === undefined) return
    const { since_s, why } = this.#unreachable
    this.#unreachable = undefined
    this.#options.onBack?.(this.#options.simulation.now - since_s, why)
  }

  /**
   * Resolves when it is time to try again.
   * @throws the failure, after trying for long enough or when the machine is gone; the reason of the cancellation, when
   *   the work is cancelled
   */
  async wait(failure: unknown): Promise<void> {
    const { simulation, atMost_s, session, alive, onceReached = false } = this.#options
    if (onceReached && !this.#wasReached) throw failure
    const { now } = simulation
    this.#unreachable ??= { since_s: now, why: failure instanceof Error ? failure.message : String(failure) }
    const waited_s = now - this.#unreachable.since_s
    const pause_s = Math.min(nextPause(waited_s), atMost_s - waited_s)
    if (pause_s < NO_PAUSE_S || !alive()) throw failure
    // The pause is a flow of one unit a second, so that cancelling the work ends it too.
    await simulation.flows.transfer({ amount: pause_s, over: [{ resource: session }], cap: 1, purpose: 'pause' }).done
    if (!alive()) throw failure
  }
}

/** Pauses double: each is as long as all before it together, plus the first. */
function nextPause(waited_s: number): number {
  return Math.min(LONGEST_PAUSE_S, waited_s + FIRST_PAUSE_S)
}
