import { Pool } from '../../kernel/index.ts'
import type { Span } from '../../kernel/index.ts'
import type { Incident } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import { lastOf } from './course.ts'
import type { RtoPhase, Step } from './course.ts'
import { Machines } from './machines.ts'

/** The state that all tasks of one recovery share. */
export class Effort {
  readonly operations: Operations
  readonly incident: Incident
  /** Incidents that strike during the recovery, in order of time; more may be added. */
  readonly setbacks: readonly Incident[]
  /** The decision to recover. */
  readonly declared: Step
  readonly #span: Span
  readonly #machines: Machines
  /** Setbacks that have been noticed or will be, with the machines that they took. */
  readonly #noticed = new Map<Incident, { readonly noticed: Promise<Step>; readonly machines: Machines }>()
  readonly #people: Pool | undefined
  /** Finished manual tasks: whoever had to wait for people waited for one of these. */
  readonly #done: Step[] = []

  constructor(
    operations: Operations,
    incident: Incident,
    setbacks: readonly Incident[],
    { declared, span }: { readonly declared: Step; readonly span: Span },
  ) {
    this.operations = operations
    this.incident = incident
    this.setbacks = setbacks
    this.declared = declared
    this.#span = span
    this.#machines = new Machines(operations, incident, this)
    const { people = Infinity } = operations.strategy.recovery.staff ?? {}
    if (people < Infinity) this.#people = new Pool(operations.world.simulation, { name: 'people', units: people })
  }

  /** Performs a piece of work and records it as a step. */
  async step(phase: RtoPhase, what: string, after: Step | undefined, work: () => Promise<void>): Promise<Step> {
    const { simulation } = this.operations.world
    const began_s = simulation.now
    const part = this.#span.part(what)
    await work()
    part.end()
    return { phase, what, began_s, ended_s: simulation.now, after }
  }

  /** Performs manual work, which waits until enough people are free for all of it; priority 1 precedes priority 2. */
  async byHand(priority: number, after: Step, work: (after: Step) => Promise<Step>): Promise<Step> {
    if (this.#people === undefined) return work(after)
    const { simulation } = this.operations.world
    const asked_s = simulation.now
    await this.#people.acquire({ priority: -priority })
    const done = await work(simulation.now > asked_s ? lastOf([after, ...this.#done])! : after)
    this.#done.push(done)
    this.#people.release()
    return done
  }

  wait(phase: RtoPhase, what: string, after: Step | undefined, seconds: number): Promise<Step> {
    return this.step(phase, what, after, () => this.operations.world.simulation.sleep(seconds))
  }

  /** Resolves when the machines of these datasets may be restored to: destroyed ones replaced, invaded ones clean. */
  provisioned(datasets: readonly string[], after: Step): Promise<Step> {
    return this.#machines.readyFor(datasets, after)
  }

  /** The first setback, of those from index `from` on, that strikes a dataset. */
  setbackOf(dataset: string, from: number): Incident | undefined {
    return this.setbacks
      .slice(from)
      .find(({ damage }) => damage.some((each) => each.dataset === dataset && each.backAt_s === undefined))
  }

  /** Resolves when a setback has been noticed and the machines of the datasets are ready again. */
  async settled(setback: Incident, datasets: readonly string[], after: Step): Promise<Step> {
    let known = this.#noticed.get(setback)
    if (known === undefined) {
      const unnoticed_s = Math.max(0, setback.detected_s - this.operations.world.simulation.now)
      const noticed = this.wait('detect', `detect ${setback.hazard.name}`, after, unnoticed_s)
      known = { noticed, machines: new Machines(this.operations, setback, this) }
      this.#noticed.set(setback, known)
    }
    return known.machines.readyFor(datasets, await known.noticed)
  }
}
