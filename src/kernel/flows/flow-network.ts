import type { Flow, Resource, ResourceOptions, TransferOptions, Use } from './flow.ts'
import { MaxMinSharing } from './max-min-sharing.ts'
import { ServiceClocks } from './service-clocks.ts'
import { SharedResource } from './shared-resource.ts'
import type { ResourceOwner } from './shared-resource.ts'
import { FlowClass, Transfer } from './transfer.ts'
import type { Carrier, Path } from './transfer.ts'
import type { EventHandle, Timeline } from '../timeline.ts'
import type { Trace } from '../trace.ts'

/**
 * Instants that differ by less than this share are the same: it covers the rounding of a sum. Flows that would end together in
 * exact arithmetic then end in one event.
 */
const SAME_INSTANT = 2 ** -48
/** So many paths are kept that no flow uses. */
const IDLE_PATHS = 64

/**
 * Transfers over shared resources. All flows share all resources by weighted max-min fairness.
 *
 * Flows that are alike (path, weight, cap, priority, purpose) form a class: they have one rate, hence one clock of service.
 */
export class FlowNetwork implements Carrier, ResourceOwner {
  private readonly timeline: Timeline
  private readonly trace: Trace | undefined
  private readonly sharing = new MaxMinSharing()
  /**
   * Classes with members, as a linked list: a set would allocate for nearly every flow, because most come one after
   * another.
   */
  private firstClass: FlowClass | undefined
  private lastClass: FlowClass | undefined
  /**
   * Paths that have flows on them, and some that had, by key; and by the list of uses that a flow names: many flows
   * name the same one.
   */
  private readonly paths = new Map<string, Path>()
  private readonly pathOfUses = new WeakMap<readonly Use[], Path>()
  private pathsAtMost = IDLE_PATHS
  private readonly classOfVariable: (FlowClass | undefined)[] = []
  private readonly clocks = new ServiceClocks()
  private readonly resources: SharedResource[] = []
  /** Flows whose latency has not passed. */
  private readonly starting = new Set<Transfer>()
  /** Classes that have changed since rates were found last, `touchedCount` of them. */
  private readonly touched: (FlowClass | undefined)[] = []
  private touchedCount = 0
  private flowCount = 0
  private solving: EventHandle | undefined
  private completing: EventHandle | undefined
  private completing_s = Infinity
  private readonly solveNow = (): void => this.solve()
  private readonly completeNow = (): void => this.complete()

  constructor(timeline: Timeline, trace?: Trace) {
    this.timeline = timeline
    this.trace = trace
  }

  /** A new resource. Names need not be unique, but reports show them. */
  resource(options: ResourceOptions): Resource {
    const resource = new SharedResource(this, this.resources.length, options)
    this.sharing.addLink(options.capacity)
    this.resources.push(resource)
    return resource
  }

  /** Starts a flow. Over resources that are all infinite, and without a cap, it takes its latency only. */
  transfer(options: TransferOptions): Flow {
    const flow = new Transfer(this, this.flowCount++, options)
    const { timeline } = this
    for (const { resource } of options.over) {
      const { failure } = this.own(resource)
      if (failure !== undefined) {
        flow.end(failure)
        return flow
      }
    }
    flow.span = this.trace?.begin('transfer', options.purpose ?? 'transfer', timeline, {
      amount: flow.amount,
      over: options.over.map(({ resource }) => resource.name).join(', '),
    })
    const latency_s = options.latency_s ?? 0
    if (!(latency_s >= 0)) throw new RangeError(`a flow's latency is at least 0 s, not ${latency_s}`)
    if (latency_s > 0 || flow.amount === 0) {
      this.starting.add(flow)
      flow.starting = timeline.atSync(timeline.now + latency_s, () => {
        this.starting.delete(flow)
        flow.starting = undefined
        if (flow.amount > 0) this.join(flow)
        else this.finish(flow)
      })
    } else {
      this.join(flow)
    }
    return flow
  }

  /** Says which flows stand still, for an error about work that does not end. */
  stalled(): string[] {
    const hints: string[] = []
    for (let flowClass = this.firstClass; flowClass !== undefined; flowClass = flowClass.next) {
      if (flowClass.rate > 0) continue
      const names = flowClass.path.resources.map((resource) => resource.name).join(', ')
      hints.push(`${flowClass.members.length} transfer(s) '${flowClass.purpose}' stand still over ${names}`)
    }
    return hints
  }

  /** Brings the rates up to date with every change made at this instant. */
  solve(): void {
    if (this.solving === undefined) return
    this.timeline.cancel(this.solving)
    this.solving = undefined
    const { sharing, clocks, touched } = this
    const { now } = this.timeline
    sharing.solve()
    for (let k = 0; k < sharing.changedCount; k++) {
      const variable = sharing.changed[k]!
      clocks.setRate(variable, sharing.rateOf(variable), now)
    }
    for (let k = 0; k < this.touchedCount; k++) {
      const flowClass = touched[k]!
      touched[k] = undefined
      flowClass.touched = false
      if (flowClass.members.length > 0) clocks.setFinish(flowClass.variable, flowClass.members[0]!.finish, now)
    }
    this.touchedCount = 0
    for (let k = 0; k < sharing.visitedLinkCount; k++) {
      const link = sharing.visitedLinks[k]!
      const resource = this.resources[link]!
      if (resource.setLoad(sharing.loadOf(link)) && this.trace !== undefined) this.writeLoad(resource, this.trace)
    }
    this.schedule()
  }

  /** @internal The capacity of a resource has changed. */
  capacityChanged(resource: SharedResource): void {
    this.sharing.setCapacity(resource.number, resource.stalled ? 0 : resource.capacity)
    this.solveSoon()
  }

  /** @internal Ends all flows over a resource with an error. */
  kill(resource: SharedResource, error: Error): void {
    const victims: Transfer[] = []
    for (const flow of this.starting) if (flow.uses.some((use) => use.resource === resource)) victims.push(flow)
    for (let flowClass = this.firstClass; flowClass !== undefined; flowClass = flowClass.next)
      if (flowClass.path.resources.includes(resource)) victims.push(...flowClass.members)
    victims.sort((a, b) => a.number - b.number)
    for (const flow of victims) this.cancel(flow, error)
  }

  /** @internal */
  cancel(flow: Transfer, error: Error): void {
    if (flow.ended) return
    const { flowClass, starting } = flow
    // Read before it leaves its class: afterwards nothing tells how far it had come.
    const left = flow.remaining()
    if (starting !== undefined) {
      this.timeline.cancel(starting)
      this.starting.delete(flow)
    } else if (flowClass !== undefined) {
      flowClass.remove(flow)
      flowClass.settle(flow.amount - left)
      this.membersChanged(flowClass)
    }
    this.end(flow, error, left)
  }

  /** @internal */
  countDelivered(resource: SharedResource, count: (purpose: string, amount: number) => void): void {
    for (let flowClass = this.firstClass; flowClass !== undefined; flowClass = flowClass.next)
      flowClass.countDelivered(resource, count)
  }

  /** @internal */
  get now(): number {
    return this.timeline.now
  }

  /** @internal */
  touchTimeline(): void {
    this.timeline.touch()
  }

  /** @internal Calls back in an event of its own. */
  wake(resume: () => void): void {
    this.timeline.atSync(this.timeline.now, resume)
  }

  private join(flow: Transfer): void {
    const path = this.pathOf(flow.uses)
    let flowClass = classOf(flow, path.classes)
    if (flowClass === undefined) {
      const { links, coefficients } = path
      const { weight, cap, priority } = flow
      const variable = this.sharing.addVariable(links, coefficients, weight, cap, priority)
      flowClass = path.idle?.isOf(flow) === true ? path.idle : new FlowClass(this.clocks, path, flow)
      path.idle = undefined
      flowClass.variable = variable
      this.clocks.start(variable, this.timeline.now)
      this.link(flowClass)
      path.classes.push(flowClass)
      this.classOfVariable[variable] = flowClass
    }
    flow.flowClass = flowClass
    flowClass.add(flow, this.timeline.now)
    this.membersChanged(flowClass)
  }

  private pathOf(uses: readonly Use[]): Path {
    let path = this.pathOfUses.get(uses)
    if (path?.isListed === true) return path
    path ??= this.newPath(uses)
    const current = this.paths.get(path.key)
    if (current === undefined) {
      this.dropIdlePaths()
      path.isListed = true
      this.paths.set(path.key, path)
    } else path = current
    this.pathOfUses.set(uses, path)
    return path
  }

  /** Sessions come and go, and each has paths of its own. Now and then, since most paths are used again at once. */
  private dropIdlePaths(): void {
    if (this.paths.size < this.pathsAtMost) return
    for (const [key, path] of this.paths) {
      if (path.classes.length > 0) continue
      path.isListed = false
      this.paths.delete(key)
    }
    this.pathsAtMost = Math.max(IDLE_PATHS, 2 * this.paths.size)
  }

  private newPath(uses: readonly Use[]): Path {
    const resources = uses.map((use) => this.own(use.resource))
    const coefficients = uses.map((use) => use.coefficient ?? 1)
    const links = resources.map((resource) => resource.number)
    const key = links.map((link, at) => `${link}*${coefficients[at]!}`).join(' ')
    return { key, resources, links, coefficients, classes: [], idle: undefined, isListed: false }
  }

  private membersChanged(flowClass: FlowClass): void {
    const count = flowClass.members.length
    if (count === 0) {
      this.sharing.removeVariable(flowClass.variable)
      this.unlink(flowClass)
      const { path } = flowClass
      const { classes } = path
      if (classes.at(-1) === flowClass) classes.pop()
      else classes.splice(classes.indexOf(flowClass), 1)
      path.idle = flowClass
      this.clocks.start(flowClass.variable, this.timeline.now)
    } else {
      this.sharing.setMultiplicity(flowClass.variable, count)
    }
    this.touch(flowClass)
    this.solveSoon()
  }

  private link(flowClass: FlowClass): void {
    const last = this.lastClass
    flowClass.previous = last
    if (last === undefined) this.firstClass = flowClass
    else last.next = flowClass
    this.lastClass = flowClass
  }

  private unlink(flowClass: FlowClass): void {
    const { previous, next } = flowClass
    if (previous === undefined) this.firstClass = next
    else previous.next = next
    if (next === undefined) this.lastClass = previous
    else next.previous = previous
    flowClass.previous = undefined
    flowClass.next = undefined
  }

  private touch(flowClass: FlowClass): void {
    if (flowClass.touched) return
    flowClass.touched = true
    this.touched[this.touchedCount++] = flowClass
  }

  /** Rates are found once for all changes of an instant. */
  private solveSoon(): void {
    this.solving ??= this.timeline.atSync(this.timeline.now, this.solveNow)
  }

  private schedule(): void {
    const next_s = this.clocks.earliestEnd()
    if (next_s === this.completing_s) return
    if (this.completing !== undefined) this.timeline.cancel(this.completing)
    this.completing_s = next_s
    this.completing = next_s < Infinity ? this.timeline.atSync(next_s, this.completeNow) : undefined
  }

  /** Ends all flows whose end is now. */
  private complete(): void {
    this.completing = undefined
    this.completing_s = Infinity
    const now = this.timeline.now
    const same_s = now * SAME_INSTANT
    const finished: Transfer[] = []
    for (;;) {
      const variable = this.clocks.endingBy(now + same_s)
      if (variable < 0) break
      const flowClass = this.classOfVariable[variable]!
      flowClass.takeFinished(now, same_s, finished)
      this.membersChanged(flowClass)
    }
    if (finished.length > 1) finished.sort((a, b) => a.number - b.number)
    this.schedule()
    for (const flow of finished) this.finish(flow)
  }

  private finish(flow: Transfer): void {
    this.end(flow, undefined)
    flow.options.finished?.()
  }

  private end(flow: Transfer, error: Error | undefined, left = 0): void {
    flow.span?.end(error === undefined ? undefined : { left, error: error.message })
    flow.end(error, left)
  }

  private writeLoad({ name, capacity, meter }: SharedResource, trace: Trace): void {
    const load = meter.load()
    const limited = capacity > 0 && capacity < Infinity
    trace.counter('resource', name, this.timeline.now, limited ? { load, utilisation: load / capacity } : { load })
  }

  private own(resource: Resource): SharedResource {
    if (resource instanceof SharedResource && resource.network === this) return resource
    throw new TypeError(`resource '${resource.name}' belongs to another simulation`)
  }
}

/** The one of these classes that a flow belongs to. */
function classOf(flow: Transfer, classes: readonly FlowClass[]): FlowClass | undefined {
  for (let at = 0; at < classes.length; at++) if (classes[at]!.isOf(flow)) return classes[at]
  return undefined
}
