/** Simulated code set a timer of the real clock. It should have slept by the port of its clock, which keeps simulated time. */
export class WallClockTimerError extends Error {
  override readonly name = 'WallClockTimerError'
  readonly now_s: number
  readonly openTasks: readonly string[]

  constructor(timer: string, now_s: number, openTasks: readonly string[]) {
    super(
      `at ${now_s} s of simulated time ${timer} was called, a timer of the real clock; open tasks: ${listed(openTasks)}. ` +
        'Simulated code waits by the simulation (sleep, within) or by its clock',
    )
    this.now_s = now_s
    this.openTasks = openTasks
  }
}

/**
 * Simulated code waited for something outside the simulation (a file, a socket, another thread, a timer), and went on when
 * the real world was done with it: at an instant of simulated time that is never twice the same.
 */
export class OutsidePromiseError extends Error {
  override readonly name = 'OutsidePromiseError'
  readonly now_s: number
  readonly openTasks: readonly string[]

  constructor(now_s: number, openTasks: readonly string[]) {
    super(
      `at ${now_s} s of simulated time work went on that had awaited the real world (a file, a socket, a timer, another ` +
        `thread); open tasks: ${listed(openTasks)}. Simulated code reaches the real world through its ports only`,
    )
    this.now_s = now_s
    this.openTasks = openTasks
  }
}

/** The first names, and how many there are. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.slice(0, 10).join(', ') + (names.length > 10 ? `, … (${names.length} in all)` : '')
}
