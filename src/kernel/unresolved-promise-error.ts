/**
 * Asynchronous work waits for something that nothing in the simulation will ever do: the queue of events is empty.
 * Either a promise was dropped, or the work awaits the real world (a timer, a file, a socket), which simulated code must
 * reach through its ports only.
 */
export class UnresolvedPromiseError extends Error {
  override readonly name = 'UnresolvedPromiseError'
  /** Names of the tasks that have not finished, in order of their start. */
  readonly openTasks: readonly string[]
  readonly now_s: number

  constructor(now_s: number, openTasks: readonly string[], hints: readonly string[] = []) {
    const shown = openTasks.slice(0, 10).join(', ') + (openTasks.length > 10 ? `, … (${openTasks.length} in all)` : '')
    super(
      `at ${now_s} s no event is left, but the awaited work has not finished; ` +
        `open tasks: ${openTasks.length === 0 ? 'none' : shown}` +
        hints.map((hint) => `; ${hint}`).join('') +
        `. A promise was dropped, or simulated code awaits a real timer, file or socket instead of its port`,
    )
    this.openTasks = openTasks
    this.now_s = now_s
  }
}
