import type { EngineError } from '../../engine/errors.ts'
import type { Simulation, Span } from '../../kernel/index.ts'

/** Something that can be out of order for a while and then goes on with what it holds. */
export interface Interruptible {
  readonly name: string
  interrupt(reason: EngineError): void
  /** Back in order; what has been destroyed meanwhile comes back empty, or not at all. */
  resume(): void
}

interface Outage {
  readonly until_s: number
  readonly reason: EngineError
}

interface CurrentOutage extends Outage {
  /** In the trace, from its first moment to its last. */
  readonly span: Span
}

interface PlannedOutage extends Outage {
  readonly what: Interruptible
  readonly from_s: number
}

/**
 * What is out of order, and until when. Whoever is hit again while it is down stays down until the last of the outages has
 * ended.
 */
export class Outages {
  readonly #simulation: Simulation
  readonly #current = new Map<Interruptible, CurrentOutage>()
  readonly #ofParts: () => readonly number[]
  #planned: readonly PlannedOutage[] = []

  /** @param ofParts when parts of things that are themselves in order are back, seconds since start */
  constructor(simulation: Simulation, ofParts: () => readonly number[] = () => []) {
    this.#simulation = simulation
    this.#ofParts = ofParts
  }

  /** @param until_s seconds since start; Infinity: for good */
  begin(what: Interruptible, until_s: number, reason: EngineError): void {
    const current = this.#current.get(what)
    if (current !== undefined && current.until_s >= until_s) return
    if (current === undefined) what.interrupt(reason)
    const span = current?.span ?? this.#simulation.span('outage', what.name, { reason: reason.message })
    this.#current.set(what, { until_s, reason, span })
    if (until_s === Infinity) return
    this.#simulation.at(until_s, () => {
      const ending = this.#current.get(what)
      if (ending?.until_s !== until_s) return
      this.#current.delete(what)
      ending.span.end()
      what.resume()
    })
  }

  /** Begins at a time that is not past. */
  plan(what: Interruptible, from_s: number, until_s: number, reason: EngineError): void {
    if (from_s <= this.#simulation.now) return this.begin(what, until_s, reason)
    const planned = { what, from_s, until_s, reason }
    this.#planned = [...this.#planned, planned]
    this.#simulation.at(from_s, () => {
      this.#planned = this.#planned.filter((other) => other !== planned)
      this.begin(what, until_s, reason)
    })
  }

  /** When the next outage ends, seconds since start; undefined when none does. */
  get nextEnd_s(): number | undefined {
    const ends = [...this.#current.values()].map(({ until_s }) => until_s)
    ends.push(...this.#ofParts())
    const expected = ends.filter((end_s) => end_s < Infinity)
    return expected.length === 0 ? undefined : Math.min(...expected)
  }

  /** Until when it is out of order, seconds since start; undefined when it is not. */
  until(what: Interruptible): number | undefined {
    return this.#current.get(what)?.until_s
  }

  /** Goes on where those outages stand; `counterpart` gives what stands for an element of theirs. */
  inherit(origin: Outages, counterpart: (what: Interruptible) => Interruptible): void {
    for (const [what, { until_s, reason }] of origin.#current) this.begin(counterpart(what), until_s, reason)
    for (const { what, from_s, until_s, reason } of origin.#planned) {
      this.plan(counterpart(what), from_s, until_s, reason)
    }
  }
}
