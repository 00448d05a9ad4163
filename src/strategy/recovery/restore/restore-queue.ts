import { Pool } from '../../../kernel/index.ts'
import { RetrievalTime } from '../../../world/index.ts'
import type { Damage } from '../../../world/index.ts'
import { lastOf } from '../course.ts'
import type { Step } from '../course.ts'
import type { Effort } from '../effort.ts'
import { requestAhead, pointToRequest } from './request-ahead.ts'
import { logJobOf } from './replay-log.ts'
import { restoreDataset } from './restore-dataset.ts'
import type { RestoreTask } from './restore-candidate.ts'
import { commonCuts, restoreGroup, shardsOf } from './restore-group.ts'
import { RunsFromBackup } from './runs-from-backup.ts'
import { urgencyOf } from '../services-hit.ts'
import type { Part, RestoredDataset, Spent } from './restored-dataset.ts'

/** Urgency of data that a service can start without: after everything that services wait for. */
const REST = -Number.MAX_VALUE

/** The result of restoring a dataset. */
export interface Restored {
  readonly result: RestoredDataset | string
  /** The step that ended when it was restored, or known to be lost. */
  readonly last: Step
  /** Number of setbacks when the restore began: later ones may have struck it. */
  readonly setbacks: number
}

/** The remainder, which is now restored. */
export interface Rest extends Restored {
  /** The machine could not run from the backup for that long, so its service was down again. */
  readonly fallen: boolean
  /** How it ran meanwhile. */
  readonly remark: string
  /** What it wrote meanwhile, where that is lost. */
  readonly lost_bytes: number
}

/**
 * The restores of one recovery. Each dataset is restored once, however many services need it, in the order of the
 * requests; as many at once as the plan allows, which then share the resources.
 */
export class RestoreQueue {
  readonly #effort: Effort
  readonly #slots: Pool
  /** Finished restores that gave their place to others. */
  readonly #released: Step[] = []
  readonly #restored = new Map<string, Promise<Restored>>()
  /** Datasets whose machines could not run from a backup until their images were restored. */
  readonly #fallen = new Set<string>()

  /** Restores whose data became readable at the current instant. */
  readonly #ready: Array<{ readonly urgency: number; readonly resolve: () => void }> = []

  constructor(effort: Effort) {
    this.#effort = effort
    const { world, strategy } = effort.operations
    this.#slots = new Pool(world.simulation, { name: 'restores', units: strategy.recovery.parallel })
  }

  /**
   * @param share of the dataset's bytes that is enough for now
   * @param after what has just ended, for whoever asks
   */
  async of(damage: Damage, share: number, after: Step): Promise<Restored> {
    const { dataset } = damage
    let known = this.#restored.get(dataset)
    if (known === undefined || this.#effort.setbackOf(dataset, (await known).setbacks) !== undefined) {
      known = this.#begin(damage, share, after)
    }
    return known
  }

  /**
   * Waits for the rest of a dataset whose first part has been restored.
   * @param after the service is back with that part
   */
  async rest({ dataset }: Damage, { result }: Restored, after: Step): Promise<Rest> {
    if (typeof result === 'string') throw new Error(`nothing of ${dataset} was restored`)
    const part = { paths: result.left, cut_s: result.recoveryPoint_s }
    const { world, strategy } = this.#effort.operations
    const { servedFrom } = result
    const runs =
      servedFrom === undefined
        ? undefined
        : new RunsFromBackup(world, world.dataset(dataset), servedFrom, strategy.recovery.instant!)
    const [restored] = await this.#restore([{ dataset }], after, part)
    const rest = { ...restored!, fallen: false, remark: '', lost_bytes: 0 }
    if (runs === undefined) return rest
    const back = rest.result
    let { last } = rest
    if (!runs.brokeOff && typeof back !== 'string') {
      last = await this.#effort.step('transfer', `bring home what ${dataset} wrote`, rest.last, () => runs.comeHome())
      if (!runs.brokeOff) return { ...rest, last, remark: runs.remark }
    }
    runs.stop()
    // The service went down again: it continues with what has been restored meanwhile, or everything is tried again.
    this.#fallen.add(dataset)
    if (typeof back === 'string') this.#restored.delete(dataset)
    else this.#restored.set(dataset, Promise.resolve({ ...rest, result: { ...back, lost_bytes: result.lost_bytes } }))
    // It may have failed while its writes were being copied home, which has been waited for.
    return { ...rest, last, fallen: true, lost_bytes: runs.lost_bytes }
  }

  #begin(damage: Damage, share: number, after: Step): Promise<Restored> {
    const { world } = this.#effort.operations
    const { only, backAt_s, intactOn } = damage
    const whole = only === undefined && backAt_s === undefined && intactOn === undefined
    const shards = whole ? shardsOf(world, damage.dataset) : undefined
    const damages = shards === undefined ? [damage] : shards.map((dataset) => ({ ...damage, dataset }))
    const part = whole && shards === undefined ? this.#firstPart(damage.dataset, share) : undefined
    const all = this.#restore(damages, after, part)
    for (const [at, { dataset }] of damages.entries()) {
      this.#restored.set(
        dataset,
        all.then((restored) => restored[at]!),
      )
    }
    return this.#restored.get(damage.dataset)!
  }

  /** The part with which a service can start; undefined: it needs everything. */
  #firstPart(dataset: string, share: number): Part | undefined {
    const { operations } = this.#effort
    const { instant } = operations.strategy.recovery
    // A log can roll forward a whole database only.
    if (logJobOf(operations, dataset) !== undefined) return undefined
    const isVirtual = operations.world.nodeOf(dataset).specification.vm !== undefined
    if (instant !== undefined && isVirtual && !this.#fallen.has(dataset)) return { instant }
    return share < 1 ? { share } : undefined
  }

  async #restore(damages: readonly Damage[], after: Step, part: Part | undefined): Promise<Restored[]> {
    const { simulation } = this.#effort.operations.world
    const isRest = part !== undefined && 'paths' in part
    const datasets = damages.map(({ dataset }) => dataset)
    const asked = isRest ? undefined : this.#requestedAhead(damages, after)
    let last = lastOf([after, await this.#effort.provisioned(datasets, after), await asked])!
    const urgency = Math.min(...datasets.map((dataset) => urgencyOf(this.#effort.operations.world, dataset)))
    if (asked !== undefined) await this.#byUrgency(urgency)
    for (;;) {
      for (const dataset of datasets) {
        const setback = this.#effort.setbackOf(dataset, 0)
        if (setback !== undefined) last = lastOf([last, await this.#effort.settled(setback, [dataset], last)])!
      }
      if (!isRest) last = await this.#startedByHand(damages, last)
      const asked_s = simulation.now
      await this.#slots.acquire({ priority: isRest ? REST : -urgency })
      if (simulation.now > asked_s) last = lastOf([last, ...this.#released])!
      const setbacks = this.#effort.setbacks.length
      const { results, steps } = await this.#perform(damages, last, part)
      last = steps
      this.#released.push(last)
      this.#slots.release()
      const struck = damages.some(({ dataset }) => this.#effort.setbackOf(dataset, setbacks) !== undefined)
      if (!struck) return results.map((result) => ({ result, last, setbacks }))
    }
  }

  /** Data thawed at the same instant are restored by urgency, whichever event arrives first. */
  #byUrgency(urgency: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ready.push({ urgency, resolve })
      if (this.#ready.length === 1) void this.#callReady()
    })
  }

  async #callReady(): Promise<void> {
    await this.#effort.operations.world.simulation.sleep(0)
    const ready = this.#ready.splice(0)
    for (const { resolve } of ready.sort((a, b) => a.urgency - b.urgency)) resolve()
  }

  /** Archives thaw and vaults send while machines are replaced and other restores go on. */
  #requestedAhead(damages: readonly Damage[], after: Step): Promise<Step> | undefined {
    const tasks = this.#tasks(damages, undefined)
    const names = damages.map(({ dataset }) => dataset)
    const cuts = tasks.length === 1 ? undefined : new Set(commonCuts(this.#effort.operations, names))
    const asks = tasks.flatMap((each) => {
      const task = cuts === undefined ? each : { ...each, cuts }
      const point = pointToRequest(task)
      return point === undefined ? [] : [{ task, point }]
    })
    if (asks.length === 0) return undefined
    return this.#effort.step('retrieve', `retrieve ${this.#nameOf(damages)}`, after, async () => {
      await Promise.all(asks.map(({ task, point }) => requestAhead(task, point)))
    })
  }

  /**
   * Somebody chooses the point and starts the restore, which then runs by itself. Data that an outage keeps away need
   * nobody.
   */
  async #startedByHand(damages: readonly Damage[], after: Step): Promise<Step> {
    const { world, strategy } = this.#effort.operations
    const { perRestore_s = 0 } = strategy.recovery.staff ?? {}
    let last = after
    for (const { dataset, backAt_s, intactOn } of damages) {
      if (perRestore_s === 0 || backAt_s !== undefined || intactOn !== undefined) continue
      last = await this.#effort.byHand(urgencyOf(world, dataset), last, (free) =>
        this.#effort.wait('declare', `start the restore of ${dataset}`, free, perRestore_s),
      )
    }
    return last
  }

  async #perform(
    damages: readonly Damage[],
    after: Step,
    part: Part | undefined,
  ): Promise<{ results: Array<RestoredDataset | string>; steps: Step }> {
    const name = this.#nameOf(damages)
    const tasks = this.#tasks(damages, part)
    const results: Array<RestoredDataset | string> = []
    const rest = part !== undefined && 'paths' in part ? 'the rest of ' : ''
    const whole = await this.#effort.step('transfer', `transfer ${rest}${name}`, after, async () => {
      const [first] = tasks
      const { operations } = this.#effort
      results.push(...(tasks.length === 1 ? [await restoreDataset(first!)] : await restoreGroup(operations, tasks)))
    })
    // Shards that are restored together share one step.
    return { results, steps: divide(whole, name, tasks[0]!.spent) }
  }

  #tasks(damages: readonly Damage[], part: Part | undefined): RestoreTask[] {
    const { operations, incident } = this.#effort
    const { simulation } = operations.world
    return damages.map((damage) => ({
      operations,
      // For a part that a burst strikes later, the onset is that time.
      incident: { ...incident, onset_s: damage.since_s ?? incident.onset_s },
      damage,
      spent: { examine_s: 0, retrieval: new RetrievalTime(simulation), apply_s: 0 },
      part,
    }))
  }

  /** A name for people of what is restored together. */
  #nameOf([first]: readonly Damage[]): string {
    const { dataset } = first!
    return this.#effort.operations.world.dataset(dataset).specification.group ?? dataset
  }
}

/** The restore as a chain of steps, by what it spent its time on. */
function divide(whole: Step, name: string, { examine_s, retrieval, apply_s }: Spent): Step {
  const { began_s, ended_s } = whole
  const examined_s = began_s + examine_s
  const retrieved_s = examined_s + retrieval.total_s
  const moved_s = Math.max(retrieved_s, ended_s - apply_s)
  const examine: Step = {
    ...whole,
    phase: 'declare',
    what: `find the newest clean point of ${name}`,
    ended_s: examined_s,
  }
  const retrieve: Step = {
    phase: 'retrieve',
    what: `retrieve ${name}`,
    began_s: examined_s,
    ended_s: retrieved_s,
    after: examine,
  }
  const transfer: Step = { ...whole, began_s: retrieved_s, ended_s: moved_s, after: retrieve }
  return { phase: 'apply', what: `apply logs to ${name}`, began_s: moved_s, ended_s, after: transfer }
}
