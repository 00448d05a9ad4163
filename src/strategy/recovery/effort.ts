import { Pool } from '../../kernel/index.ts'
import type { Span } from '../../kernel/index.ts'
import type { Incident } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import { lastOf } from './course.ts'
import type { RtoPhase, Step } from './course.ts'
import { Machines } from './machines.ts'

/** What all who work on one recovery share. */
export class Effort {
  readonly operations: Operations
  readonly incident: Incident
  /** What strikes during the recovery, in order of time; it may still grow. */
  readonly setbacks: readonly Incident[]
  /** The decision to recover. */
  readonly declared: Step
  readonly #span: Span
  readonly #machines: Machines
  /** Setbacks that somebody has noticed, or will. */
  readonly #noticed = new Map<Incident, { readonly noticed: Promise<Step>; readonly machines: Machines }>()
  readonly #people: Pool | undefined
  /** What people have done by hand: who waited, waited for one of these. */
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

  /** Does a piece of work, and says what it was. */
  async step(phase: RtoPhase, what: string, after: Step | undefined, work: () => Promise<void>): Promise<Step> {
    const { simulation } = this.operations.world
    const began_s = simulation.now
    const part = this.#span.part(what)
    await work()
    part.end()
    return { phase, what, began_s, ended_s: simulation.now, after }
  }

  /** Work by hand waits until somebody is free to do all of it; priority 1 goes before priority 2. */
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

  /** The machines that the datasets stand on may be restored to: what was destroyed is replaced, what was invaded clean. */
  provisioned(datasets: readonly string[], after: Step): Promise<Step> {
    return this.#machines.readyFor(datasets, after)
  }

  /** What strikes a dataset, of the setbacks from one on. */
  setbackOf(dataset: string, from: number): Incident | undefined {
    return this.setbacks
      .slice(from)
      .find(({ damage }) => damage.some((each) => each.dataset === dataset && each.backAt_s === undefined))
  }

  /** A setback has been noticed, and the machines that the datasets stand on are ready again. */
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
