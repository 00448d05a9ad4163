/** Exit codes, documented in README. */
export const EXIT = {
  ok: 0,
  /** Something failed while doing what was asked. */
  failure: 1,
  /** The command line or the scenario file is wrong; nothing was done. */
  usage: 2,
  /** The work was done and a `--require`d objective is not met, or a backup lacks what could not be read. */
  shortOfWhatWasAsked: 3,
  /**
   * Ctrl-C: what is complete was shown, and --resume goes on from there. By the convention of shells, 128 plus the
   * signal's number.
   */
  interrupted: 130,
} as const

/** The user asked for something impossible; the message says what was found and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A snapshot was made, but it lacks some of what should be in it. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError'
}

/** The work was done, but the outcome is not what `--require` asked for. */
export class RequirementNotMetError extends Error {
  override readonly name = 'RequirementNotMetError'
}

/** The user stopped the command before its end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}
