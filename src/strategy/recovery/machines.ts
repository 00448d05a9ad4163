import { Pool } from '../../kernel/index.ts'
import type { Incident, World } from '../../world/index.ts'
import type { Operations } from '../operations.ts'
import type { OwnTime, RecoveryPlan } from '../strategy.ts'
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

/** The machines that an incident destroyed or an intruder accessed, and when each may be restored to. */
export class Machines {
  readonly #operations: Operations
  readonly #incident: Incident
  readonly #crew: Crew
  #ready: ReadonlyMap<string, Promise<Step>> | undefined
  /** Limits the replacements set up at once, where the plan does. */
  readonly #quota: Pool | undefined
  /** Finished replacements that gave their place in the quota to the next. */
  readonly #setUpBefore: Step[] = []

  constructor(operations: Operations, incident: Incident, crew: Crew) {
    this.#operations = operations
    this.#incident = incident
    this.#crew = crew
    const { provisionAtOnce } = operations.strategy.recovery
    if (provisionAtOnce < Infinity) {
      this.#quota = new Pool(operations.world.simulation, { name: 'replacements', units: provisionAtOnce })
    }
  }

  /**
   * Resolves when the machines of these datasets may be restored to. The first call orders all machines, after the
   * given step.
   */
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
    // Tasks that take equally long, and need neither manual work nor a place in a quota, form one step.
    const alike = Map.groupBy(this.#tasks(), ([name, task]) =>
      perMachine_s > 0 || (task.isReplaced && this.#quota !== undefined) ? name : JSON.stringify(task),
    )
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
    const names = [...new Set([...toBring, ...invadedNodes])]
    // Queued by urgency, so that people who are free from the beginning start with the most urgent, like those who
    // become free later.
    const inOrder = [...Map.groupBy(names, (name) => urgencyOfMachine(world, name))].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )
    return inOrder
      .flatMap(([, alike]) => alike)
      .map((name) => {
        const isReplaced = toBring.has(name)
        const bring_s = isReplaced ? provisionTime(world, recovery, name) : 0
        const clean_s = invadedNodes.includes(name) ? rebuildTime(world, recovery, name) : 0
        return [
          name,
          { what: clean_s > bring_s ? 'rebuild' : 'provision', takes_s: Math.max(bring_s, clean_s), isReplaced },
        ]
      })
  }

  async #setUp(names: readonly string[], task: Task, after: Step): Promise<Step> {
    const { world } = this.#operations
    const [first = ''] = names
    if (!task.isReplaced || this.#quota === undefined) return this.#make(names, task, after)
    const { simulation } = world
    const asked_s = simulation.now
    await this.#quota.acquire({ priority: -urgencyOfMachine(world, first) })
    const done = await this.#make(
      names,
      task,
      simulation.now > asked_s ? lastOf([after, ...this.#setUpBefore])! : after,
    )
    this.#setUpBefore.push(done)
    this.#quota.release()
    return done
  }

  async #make(names: readonly string[], { what, takes_s, isReplaced }: Task, after: Step): Promise<Step> {
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
    const whose = isReplaced && this.#quota !== undefined ? ` ${first}` : ''
    const done = await this.#crew.wait('provision', `${what}${whose}`, begun, rest_s)
    if (isReplaced) for (const name of names) world.node(name).replace()
    return done
  }
}

/** Time until a machine's replacement is there: its own, that of a domain it belongs to, or the general one. */
function provisionTime(world: World, { provision_s, provisionOf }: RecoveryPlan, machine: string): number {
  return ownTime(world, provisionOf, machine) ?? provision_s
}

/** Time until a machine that an intruder accessed is clean. */
function rebuildTime(world: World, { rebuild_s = 0, rebuildOf }: RecoveryPlan, machine: string): number {
  return ownTime(world, rebuildOf, machine) ?? rebuild_s
}

function ownTime(world: World, times: readonly OwnTime[], machine: string): number | undefined {
  const own =
    times.find(({ target }) => target === machine) ??
    times.find(({ target }) => world.members(target).nodes.has(machine))
  return own?.takes_s
}

/** Time until the machines of datasets are available again, where neither people nor a quota are scarce. */
export function standAgainAfter_s(
  world: World,
  plan: RecoveryPlan,
  { destroyedNodes, invadedNodes = [] }: Incident,
  datasets: readonly string[],
): number {
  const machines = datasets.flatMap((dataset) => standsOn(world, dataset))
  const replaced = machines.filter((name) => destroyedNodes.includes(name))
  return Math.max(
    // Data on a machine that survives without its disk are restored to another disk.
    ...(replaced.length === 0 ? [plan.provision_s] : replaced.map((name) => provisionTime(world, plan, name))),
    ...invadedNodes.map((name) => rebuildTime(world, plan, name)),
  )
}

/** The machines that a dataset needs: for a virtual machine also its host and the node with its images. */
function standsOn(world: World, dataset: string): string[] {
  const { name } = world.nodeOf(dataset)
  return [name, world.placements.hostOf(name), world.placements.storageOf(name)]
}

function urgencyOfMachine(world: World, machine: string): number {
  const held = [...world.datasets.keys()].filter((dataset) => standsOn(world, dataset).includes(machine))
  return Math.min(...held.map((dataset) => urgencyOf(world, dataset)))
}
