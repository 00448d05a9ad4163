/** Work took longer than it was allowed to. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError'
  readonly limit_s: number

  constructor(limit_s: number) {
    super(`not finished within ${limit_s} s`)
    this.limit_s = limit_s
  }
}

/** The reason with which the losers of `firstOf` are aborted. */
export class NotFirstError extends Error {
  override readonly name = 'NotFirstError'
}

/** A way to do something that can be given up. */
export type Contender<T> = (abort: AbortSignal) => Promise<T>

/**
 * Starts all contenders and gives the outcome of the first that settles; the others are then told to give up. Ties go
 * to the one whose event fires first.
 * @returns the contender's position and its value
 * @throws what the first contender to settle throws
 */
export async function firstOf<T>(contenders: readonly Contender<T>[]): Promise<{ index: number; value: T }> {
  const controller = new AbortController()
  const started = contenders.map(async (contender, index) => ({ index, value: await contender(controller.signal) }))
  try {
    return await Promise.race(started)
  } finally {
    // The losers reject with the reason for which they were stopped; that is expected, anything else was too late.
    for (const loser of started) loser.catch(() => {})
    controller.abort(new NotFirstError('another contender was first'))
  }
}
