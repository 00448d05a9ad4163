import { Trace } from '../../kernel/index.ts'
import { RunningDigest, digestOf } from '../digest.ts'

/** Hashes all that happens in the simulations of a cell: the undisturbed world and every drill, each by its own trace. */
export class TraceDigests {
  readonly #simulations: { readonly trace: Trace; readonly digest: RunningDigest }[] = []

  /** The trace of one more simulation. */
  add(): Trace {
    const digest = new RunningDigest()
    const trace = new Trace((piece) => digest.add(piece))
    this.#simulations.push({ trace, digest })
    return trace
  }

  /** One hash (hex) of them all; no more is written afterwards. */
  close(): string {
    for (const { trace } of this.#simulations) trace.close()
    return digestOf(this.#simulations.map(({ digest }) => digest.hex()))
  }
}
