/** Exit codes, documented in README. */
export const EXIT = {
  ok: 0,
  /** Something failed while doing what was asked. */
  failure: 1,
  /** The command line or the scenario file is wrong; nothing was done. */
  usage: 2,
  /** The work was done and a `--require`d objective is not met, or a backup lacks what could not be read. */
  shortOfWhatWasAsked: 3,
  /** Ctrl-C: what is complete was shown, and --resume goes on. 128 and the number of the signal, as shells have it. */
  interrupted: 130,
} as const

/** The user asked for something that cannot be; the message says what was found and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A snapshot was made, and some of what was to be in it is not. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError'
}

/** The work was done; the outcome is not what `--require` asked for. */
export class RequirementNotMetError extends Error {
  override readonly name = 'RequirementNotMetError'
}

/** Stopped by the user on the way. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}
