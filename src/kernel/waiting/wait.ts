/**
 * Something that a generator process can wait for by yielding it. Costs no promise.
 */
export interface Wait {
  /** Calls `resume` once, in an event of its own: never before this call has returned. */
  ready(resume: () => void): void
}
