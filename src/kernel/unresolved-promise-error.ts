import { listed } from './outside-errors.ts'

/**
 * Asynchronous work is waiting for something that nothing in the simulation will ever do: the queue of events is empty, or only
 * recurring events are left. A promise was dropped, or the part that should have resolved it is gone.
 */
export class UnresolvedPromiseError extends Error {
  override readonly name = 'UnresolvedPromiseError'
  /** Names of the tasks that have not finished, in order of their start. */
  readonly openTasks: readonly string[]
  /** What promises of the kernel are waiting for: transfers that stand still, pools, signals. */
  readonly awaited: readonly string[]
  readonly now_s: number

  constructor(now_s: number, openTasks: readonly string[], awaited: readonly string[] = []) {
    super(
      `at ${now_s} s no event is left that could end the awaited work; open tasks: ${listed(openTasks)}; awaited: ` +
        (awaited.length === 0 ? 'a promise that nobody will resolve' : listed(awaited)),
    )
    this.openTasks = openTasks
    this.awaited = awaited
    this.now_s = now_s
  }
}
