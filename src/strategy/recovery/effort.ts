import { Pool } from '../../kernel/index.ts'
import type { Span } from '../../kernel/index.ts'
import type { Incident } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import { lastOf } from './course.ts'
import type { RtoPhase, Step } from './course.ts'

/** What all who work on one recovery share. */
export class Effort {
  readonly operations: Operations
  readonly incident: Incident
  /** What strikes during the recovery, in order of time; it may still grow. */
  readonly setbacks: readonly Incident[]
  /** The decision to recover. */
  readonly declared: Step
  readonly #span: Span
  #provisioned: Promise<Step> | undefined
  readonly #settled = new Map<Incident, Promise<Step>>()
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

  /** Replacements for what the incident destroyed stand; they are ordered when somebody first asks, after what has ended. */
  provisioned(after: Step): Promise<Step> {
    this.#provisioned ??= this.#provision(this.incident, after)
    return this.#provisioned
  }

  /** What strikes a dataset, of the setbacks from one on. */
  setbackOf(dataset: string, from: number): Incident | undefined {
    return this.setbacks
      .slice(from)
      .find(({ damage }) => damage.some((each) => each.dataset === dataset && each.backAt_s === undefined))
  }

  /** A setback has been noticed, and what it destroyed is replaced. */
  settled(setback: Incident, after: Step): Promise<Step> {
    const known = this.#settled.get(setback)
    if (known !== undefined) return known
    const settling = this.#settle(setback, after)
    this.#settled.set(setback, settling)
    return settling
  }

  async #settle(setback: Incident, after: Step): Promise<Step> {
    const { now } = this.operations.world.simulation
    const unnoticed_s = Math.max(0, setback.detected_s - now)
    const noticed = await this.wait('detect', `detect ${setback.hazard.name}`, after, unnoticed_s)
    return this.#provision(setback, noticed)
  }

  async #provision({ destroyedNodes, invadedNodes = [] }: Incident, after: Step): Promise<Step> {
    const { world, strategy } = this.operations
    const { provision_s, rebuild_s = 0 } = strategy.recovery
    const toBring = world.toBring(destroyedNodes)
    const bring_s = toBring.length === 0 ? 0 : provision_s
    const clean_s = invadedNodes.length === 0 ? 0 : rebuild_s
    const what = clean_s > bring_s ? 'rebuild' : 'provision'
    const provisioned = await this.step('provision', what, after, async () => {
      if (toBring.length + invadedNodes.length === 0) return
      await world.simulation.sleep(Math.max(bring_s, clean_s))
    })
    for (const node of toBring) world.node(node).replace()
    return provisioned
  }
}
