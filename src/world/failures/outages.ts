import type { EngineError } from '../../engine/errors.ts'
import type { Simulation, Span } from '../../kernel/index.ts'

/** Something that can be out of service for a while and then continues with what it holds. */
export interface Interruptible {
  readonly name: string
  interrupt(reason: EngineError): void
  /** Returns it to service. What was destroyed meanwhile comes back empty, or not at all. */
  resume(): void
}

interface Outage {
  readonly until_s: number
  readonly reason: EngineError
}

interface CurrentOutage extends Outage {
  /** Its record in the trace, from beginning to end. */
  readonly span: Span
}

interface PlannedOutage extends Outage {
  readonly what: Interruptible
  readonly from_s: number
}

/**
 * What is out of service, and until when. Something hit again while it is down stays down until the last of its outages
 * has ended.
 */
export class Outages {
  readonly #simulation: Simulation
  readonly #current = new Map<Interruptible, CurrentOutage>()
  readonly #ofParts: () => readonly number[]
  #planned: readonly PlannedOutage[] = []

  /** @param ofParts when parts that are out of service within something that works are back, seconds since start */
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

  /** Plans an outage that begins now or later. */
  plan(what: Interruptible, from_s: number, until_s: number, reason: EngineError): void {
    if (from_s <= this.#simulation.now) return this.begin(what, until_s, reason)
    const planned = { what, from_s, until_s, reason }
    this.#planned = [...this.#planned, planned]
    this.#simulation.at(from_s, () => {
      this.#planned = this.#planned.filter((other) => other !== planned)
      this.begin(what, until_s, reason)
    })
  }

  /** When the next outage ends, seconds since start; undefined when there is none. */
  get nextEnd_s(): number | undefined {
    const ends = [...this.#current.values()].map(({ until_s }) => until_s)
    ends.push(...this.#ofParts())
    const expected = ends.filter((end_s) => end_s < Infinity)
    return expected.length === 0 ? undefined : Math.min(...expected)
  }

  /** When its outage ends, seconds since start; undefined when it is in service. */
  until(what: Interruptible): number | undefined {
    return this.#current.get(what)?.until_s
  }

  /** Continues the outages of `origin`; `counterpart` maps something of the origin's world to this one's. */
  inherit(origin: Outages, counterpart: (what: Interruptible) => Interruptible): void {
    for (const [what, { until_s, reason }] of origin.#current) this.begin(counterpart(what), until_s, reason)
    for (const { what, from_s, until_s, reason } of origin.#planned) {
      this.plan(counterpart(what), from_s, until_s, reason)
    }
  }
}
