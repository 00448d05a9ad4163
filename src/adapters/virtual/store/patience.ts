import type { Resource, Simulation } from '../../../kernel/index.ts'

/** After the first failure, and twice as long after each further one, up to the longest. */
const FIRST_PAUSE_S = 1
const LONGEST_PAUSE_S = 60
/** Less would not move the clock of a long simulation. */
const NO_PAUSE_S = 0.001

export interface PatienceOptions {
  readonly simulation: Simulation
  /** From the first failure on; whatever gets through begins anew. */
  readonly atMost_s: number
  /** Fails when the work is called off. */
  readonly session: Resource
  /** Whether the machine that does the work is there. */
  readonly alive: () => boolean
  /** What was never reached is not tried again: who looks for a way takes another at once. Default: it is. */
  readonly onceReached?: boolean
  /** Told when something got through again: how long nothing did, and why. */
  readonly onBack?: ((lasted_s: number, why: string) => void) | undefined
}

/**
 * How long one piece of work goes on trying to reach a store, as backup programs do. The pauses are those of restic 0.17
 * (pull request 4784): some twenty tries in a quarter of an hour, and at most a minute lost when the way is free again. All
 * requests of the work share it: what is tried after all has been given up fails at once.
 */
export class Patience {
  readonly #options: PatienceOptions
  #unreachable: { readonly since_s: number; readonly why: string } | undefined
  #wasReached = false

  constructor(options: PatienceOptions) {
    this.#options = options
  }

  /** Something got through. */
  reached(): void {
    this.#wasReached = true
    if (this.#unreachable === undefined) return
    const { since_s, why } = this.#unreachable
    this.#unreachable = undefined
    this.#options.onBack?.(this.#options.simulation.now - since_s, why)
  }

  /**
   * Resolves when it is time to try again.
   * @throws what it failed with, when it has been tried for long enough or the machine is gone; when the work is called off, the
   * reason of that
   */
  async wait(failure: unknown): Promise<void> {
    const { simulation, atMost_s, session, alive, onceReached = false } = this.#options
    if (onceReached && !this.#wasReached) throw failure
    const { now } = simulation
    this.#unreachable ??= { since_s: now, why: failure instanceof Error ? failure.message : String(failure) }
    const waited_s = now - this.#unreachable.since_s
    const pause_s = Math.min(nextPause(waited_s), atMost_s - waited_s)
    if (pause_s < NO_PAUSE_S || !alive()) throw failure
    // A second passes as a unit does at one unit a second, so that what calls the work off ends the pause too.
    await simulation.flows.transfer({ amount: pause_s, over: [{ resource: session }], cap: 1, purpose: 'pause' }).done
    if (!alive()) throw failure
  }
}

/** Pauses double, so that the next is as long as all before it, and the first. */
function nextPause(waited_s: number): number {
  return Math.min(LONGEST_PAUSE_S, waited_s + FIRST_PAUSE_S)
}
