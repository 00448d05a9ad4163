import type { Incident, World } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import type { RecoveryPlan } from '../strategy.ts'
import { lastOf } from './course.ts'
import type { RtoPhase, Step } from './course.ts'
import { urgencyOf } from './services-hit.ts'

/** Who sets machines up. */
interface Crew {
  byHand(priority: number, after: Step, work: (after: Step) => Promise<Step>): Promise<Step>
  wait(phase: RtoPhase, what: string, after: Step | undefined, seconds: number): Promise<Step>
}

/** What has to be done with a machine before anything is restored to it. */
interface Task {
  readonly what: 'provision' | 'rebuild'
  readonly takes_s: number
  readonly isReplaced: boolean
}

/** The machines that an incident destroyed, or that an intruder was on, and when each may be restored to. */
export class Machines {
  readonly #operations: Operations
  readonly #incident: Incident
  readonly #crew: Crew
  #ready: ReadonlyMap<string, Promise<Step>> | undefined

  constructor(operations: Operations, incident: Incident, crew: Crew) {
    this.#operations = operations
    this.#incident = incident
    this.#crew = crew
  }

  /** Those that the datasets stand on may be restored to. All are ordered when somebody first asks, after what has ended. */
  async readyFor(datasets: readonly string[], after: Step): Promise<Step> {
    const ready = (this.#ready ??= this.#order(after))
    const { world } = this.#operations
    const names = new Set(datasets.flatMap((dataset) => standsOn(world, dataset)))
    const own = await Promise.all([...names].flatMap((name) => ready.get(name) ?? []))
    return lastOf(own) ?? after
  }

  #order(after: Step): Map<string, Promise<Step>> {
    const { strategy } = this.#operations
    const { perMachine_s = 0 } = strategy.recovery.staff ?? {}
    const ready = new Map<string, Promise<Step>>()
    // What takes equally long, and nobody's hands, is one step.
    const alike = Map.groupBy(this.#tasks(), ([name, task]) => (perMachine_s > 0 ? name : JSON.stringify(task)))
    for (const tasks of alike.values()) {
      const names = tasks.map(([name]) => name)
      const step = this.#setUp(names, tasks[0]![1], after)
      for (const name of names) ready.set(name, step)
    }
    return ready
  }

  #tasks(): Array<readonly [machine: string, Task]> {
    const { world, strategy } = this.#operations
    const { recovery } = strategy
    const { destroyedNodes, invadedNodes = [] } = this.#incident
    const toBring = new Set(world.toBring(destroyedNodes))
    return [...new Set([...toBring, ...invadedNodes])].map((name) => {
      const isReplaced = toBring.has(name)
      const bring_s = isReplaced ? recovery.provision_s : 0
      const clean_s = invadedNodes.includes(name) ? rebuildTime(world, recovery, name) : 0
      return [
        name,
        { what: clean_s > bring_s ? 'rebuild' : 'provision', takes_s: Math.max(bring_s, clean_s), isReplaced },
      ]
    })
  }

  async #setUp(names: readonly string[], { what, takes_s, isReplaced }: Task, after: Step): Promise<Step> {
    const { world, strategy } = this.#operations
    const { perMachine_s = 0 } = strategy.recovery.staff ?? {}
    const [first = ''] = names
    const begun =
      perMachine_s === 0
        ? after
        : await this.#crew.byHand(urgencyOfMachine(world, first), after, (free) =>
            this.#crew.wait('provision', `${what} ${first} by hand`, free, perMachine_s),
          )
    const rest_s = Math.max(0, takes_s - perMachine_s)
    const done = await this.#crew.wait('provision', what, begun, rest_s)
    if (isReplaced) for (const name of names) world.node(name).replace()
    return done
  }
}

/** How long it takes until a machine that an intruder was on is clean: its own time, that of a group it belongs to, or of all. */
export function rebuildTime(world: World, { rebuild_s = 0, rebuildOf }: RecoveryPlan, machine: string): number {
  const own =
    rebuildOf.find(({ target }) => target === machine) ??
    rebuildOf.find(({ target }) => world.members(target).nodes.has(machine))
  return own?.takes_s ?? rebuild_s
}

/** For a virtual machine its host and what holds its images too. */
function standsOn(world: World, dataset: string): string[] {
  const { name } = world.nodeOf(dataset)
  return [name, world.placements.hostOf(name), world.placements.storageOf(name)]
}

function urgencyOfMachine(world: World, machine: string): number {
  const held = [...world.datasets.keys()].filter((dataset) => standsOn(world, dataset).includes(machine))
  return Math.min(...held.map((dataset) => urgencyOf(world, dataset)))
}
