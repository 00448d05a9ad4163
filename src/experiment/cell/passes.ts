/** Every further pass runs through the world once more. All of them together may cost this share of the time. */
const LARGEST_WORLD_SHARE = 0.15
/** Drills that take no longer than this in all are soon done anyway, in one pass. */
const WORTH_INTERRUPTING_MS = 30_000
/** After this many drills it is known how long one takes. */
const DRILLS_MEASURED = 3

/** Steps in the rank of a block's drills: every fourth drill, then every second, then all. Each pass doubles the sample. */
export const STEPS = [4, 2, 1] as const
export type Step = (typeof STEPS)[number]

/**
 * Decides in how many passes through the world the drills of a block are staged. A world runs forward only, so drills are
 * staged in the order of time, and an interrupted pass would have sampled nothing but the beginning. If drills take much
 * longer than the world itself, a first pass therefore stages every fourth or every second drill, which is a fair sample, and
 * later passes stage the rest. The clock decides the order in which drills are staged, but never what they find.
 */
export class Passes {
  #step: Step | undefined
  #world_ms = 0
  #drills_ms = 0
  #drills = 0

  /** @param several whether more than one pass is allowed */
  constructor(several: boolean) {
    if (!several) this.#step = 1
  }

  /** Times a stretch of the world. */
  async world<T>(run: () => Promise<T>): Promise<T> {
    const began_ms = performance.now()
    const result = await run()
    this.#world_ms += performance.now() - began_ms
    return result
  }

  /** Times a drill. */
  async drill<T>(run: () => Promise<T>): Promise<T> {
    const began_ms = performance.now()
    const result = await run()
    this.#drills_ms += performance.now() - began_ms
    this.#drills += 1
    return result
  }

  /**
   * Whether a drill is left for a later pass.
   * @param share of the world's time that has been run through
   * @param left  drills that are not staged yet
   */
  postpones(rank: number, share: number, left: number): boolean {
    this.#step ??= this.#decide(share, left)
    return this.#step !== undefined && rank % this.#step !== 0
  }

  #decide(share: number, left: number): Step | undefined {
    if (this.#drills < DRILLS_MEASURED) return undefined
    const drills_ms = (this.#drills_ms / this.#drills) * left
    if (drills_ms < WORTH_INTERRUPTING_MS) return 1
    const world_ms = this.#world_ms / share
    const worldShare = world_ms / (world_ms + drills_ms)
    if (worldShare > LARGEST_WORLD_SHARE) return 1
    return 2 * worldShare > LARGEST_WORLD_SHARE ? 2 : 4
  }

  /** The world has been run through. */
  next(): void {
    this.#step = this.#step === 4 ? 2 : 1
  }
}
