/**
 * Runs what it is given one after another, in the order in which it is asked to; a failure is met only by who asked.
 * For computing that spreads over all cores: done side by side, pieces would all be ready at once, at the end.
 */
export function inTurn(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}

/**
 * Calls `work` for each item, at most `limit` at a time, in order of the items. After a failure nothing more is begun; it is
 * thrown when what has been begun has ended.
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let failure: unknown
  let failed = false
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++
      try {
        await work(items[at]!, at)
      } catch (error) {
        if (!failed) failure = error
        failed = true
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  if (failed) throw failure
}
