import { MaxMinSharing } from './max-min-sharing.ts'
import { ServiceClocks } from './service-clocks.ts'
import { tcpWindowRate } from './tcp.ts'
import type { EventHandle, Timeline } from '../timeline.ts'
import type { Span, Trace } from '../trace.ts'
import { UsageMeter } from './usage.ts'
import type { Usage } from './usage.ts'
import type { Wait } from '../waiting/wait.ts'

export interface ResourceOptions {
  readonly name: string
  /** Units per second; Infinity when it is not modelled. Zero stalls its flows. */
  readonly capacity: number
}

/** Whatever is shared by flows: a disk, a CPU stage, a link, a store's front door. */
export interface Resource {
  readonly name: string
  readonly capacity: number
  readonly failed: boolean
  readonly stalled: boolean
  readonly usage: Usage
  /** A capacity of zero stalls the flows until it is raised. */
  setCapacity(capacity: number): void
  /** Stops the flows over it, as a capacity of zero would, until `restore`. */
  stall(): void
  /** Kills the flows over it, and those that are started before `restore`: their `done` rejects with this error. */
  fail(error: Error): void
  /** Ends an outage of either kind. */
  restore(): void
}

/** That a flow uses a resource. */
export interface Use {
  readonly resource: Resource
  /** Units of the resource per unit of the flow. Default 1. */
  readonly coefficient?: number
}

export interface TransferOptions {
  /** In the units of the flow: bytes, as a rule. */
  readonly amount: number
  /** All resources used at once. */
  readonly over: readonly Use[]
  /** Share relative to others at the same bottleneck. Default 1. */
  readonly weight?: number
  /** Largest rate, units per second. Default none. */
  readonly cap?: number
  /** TCP window: caps the rate at window / (2 latency). */
  readonly window_bytes?: number
  /** Time before the first unit moves. Default 0. */
  readonly latency_s?: number
  /** A higher priority is served first; lower ones share what it leaves. An integer, default 0. */
  readonly priority?: number
  /** Under which the amount is accounted on every resource. Default ''. */
  readonly purpose?: string
  /** Called when the whole amount has passed. Cheaper than awaiting `done`, under the condition of `Simulation.atSync`. */
  readonly finished?: () => void
}

export interface Flow extends Wait {
  /** Resolves when the whole amount has passed; rejects when the flow is killed or cancelled. */
  readonly done: Promise<void>
  /** Present rate, units per second. */
  readonly rate: number
  /** The whole amount has passed, or the flow was killed or cancelled. */
  readonly ended: boolean
  /** Amount that has not passed yet. */
  remaining(): number
  /** Ends the flow at once; `done` rejects with the error. Without effect on a flow that has ended. */
  cancel(error: Error): void
}

/**
 * Relative difference of two instants below which they are the same: some roundings of a sum. Flows that by arithmetic on
 * paper end together then end in one event.
 */
const SAME_INSTANT = 2 ** -48

/**
 * Transfers over shared resources. All flows share all resources by weighted max-min fairness.
 *
 * Flows that are alike (path, weight, cap, priority, purpose) form a class: they have one rate, hence one clock of service.
 */
export class FlowNetwork {
  private readonly timeline: Timeline
  private readonly trace: Trace | undefined
  private readonly sharing = new MaxMinSharing()
  private readonly classes = new Map<string, FlowClass>()
  private readonly classOfVariable: (FlowClass | undefined)[] = []
  private readonly clocks = new ServiceClocks()
  private readonly resources: SharedResource[] = []
  /** Flows whose latency has not passed. */
  private readonly starting = new Set<Transfer>()
  private readonly touched: FlowClass[] = []
  private flowCount = 0
  private solving: EventHandle | undefined
  private completing: EventHandle | undefined
  private completing_s = Infinity

  constructor(timeline: Timeline, trace?: Trace) {
    this.timeline = timeline
    this.trace = trace
  }

  /** A new resource. Names need not be unique, but reports show them. */
  resource(options: ResourceOptions): Resource {
    checkCapacity(options.name, options.capacity)
    const number = this.sharing.addLink(options.capacity)
    const resource = new SharedResource(this, this.timeline, number, options.name, options.capacity)
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
    for (const flowClass of this.classes.values()) {
      if (flowClass.rate > 0) continue
      const names = flowClass.path.map((resource) => resource.name).join(', ')
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
    for (const flowClass of touched) {
      flowClass.touched = false
      if (flowClass.members.length > 0) clocks.setFinish(flowClass.variable, flowClass.members[0]!.finish, now)
    }
    touched.length = 0
    for (const link of sharing.visitedLinks()) {
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
    for (const flowClass of resource.classes) victims.push(...flowClass.members)
    victims.sort((a, b) => a.number - b.number)
    for (const flow of victims) this.cancel(flow, error)
  }

  /** @internal */
  cancel(flow: Transfer, error: Error): void {
    if (flow.ended) return
    const { flowClass, starting } = flow
    // Read now: once it has left its class nothing tells how far it had come.
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
    const path = flow.uses.map((use) => this.own(use.resource))
    const coefficients = flow.uses.map((use) => use.coefficient ?? 1)
    const { weight, cap, priority, purpose } = flow
    let key = `${weight} ${cap} ${priority} ${purpose}`
    for (let k = 0; k < path.length; k++) key += ` ${path[k]!.number}*${coefficients[k]!}`
    let flowClass = this.classes.get(key)
    if (flowClass === undefined) {
      const links = path.map((resource) => resource.number)
      const variable = this.sharing.addVariable(links, coefficients, weight, cap, priority)
      flowClass = new FlowClass(key, this.clocks, variable, path, coefficients, purpose)
      this.clocks.start(variable, this.timeline.now)
      this.classes.set(key, flowClass)
      this.classOfVariable[variable] = flowClass
      for (const resource of path) resource.classes.add(flowClass)
    }
    flow.flowClass = flowClass
    flowClass.add(flow, this.timeline.now)
    this.membersChanged(flowClass)
  }

  private membersChanged(flowClass: FlowClass): void {
    const count = flowClass.members.length
    if (count === 0) {
      this.sharing.removeVariable(flowClass.variable)
      this.classes.delete(flowClass.key)
      this.clocks.start(flowClass.variable, this.timeline.now)
      for (const resource of flowClass.path) resource.classes.delete(flowClass)
    } else {
      this.sharing.setMultiplicity(flowClass.variable, count)
    }
    this.touch(flowClass)
    this.solveSoon()
  }

  private touch(flowClass: FlowClass): void {
    if (flowClass.touched) return
    flowClass.touched = true
    this.touched.push(flowClass)
  }

  /** Rates are found once for all changes of an instant. */
  private solveSoon(): void {
    this.solving ??= this.timeline.atSync(this.timeline.now, () => this.solve())
  }

  private schedule(): void {
    const next_s = this.clocks.earliestEnd()
    if (next_s === this.completing_s) return
    if (this.completing !== undefined) this.timeline.cancel(this.completing)
    this.completing_s = next_s
    this.completing = next_s < Infinity ? this.timeline.atSync(next_s, () => this.complete()) : undefined
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

class SharedResource implements Resource {
  readonly network: FlowNetwork
  readonly number: number
  readonly name: string
  readonly meter: UsageMeter
  readonly classes = new Set<FlowClass>()
  capacity: number
  failure: Error | undefined
  stalled = false

  constructor(network: FlowNetwork, clock: { readonly now: number }, number: number, name: string, capacity: number) {
    this.network = network
    this.number = number
    this.name = name
    this.capacity = capacity
    this.meter = new UsageMeter(clock, (count) => {
      for (const flowClass of this.classes) flowClass.countDelivered(this, count)
    })
  }

  get usage(): Usage {
    return this.meter
  }

  get failed(): boolean {
    return this.failure !== undefined
  }

  setCapacity(capacity: number): void {
    checkCapacity(this.name, capacity)
    if (capacity === this.capacity) return
    this.capacity = capacity
    if (!this.stalled) this.network.capacityChanged(this)
  }

  stall(): void {
    if (this.stalled) return
    this.stalled = true
    this.network.capacityChanged(this)
  }

  fail(error: Error): void {
    this.failure = error
    this.network.kill(this, error)
  }

  restore(): void {
    this.failure = undefined
    if (!this.stalled) return
    this.stalled = false
    this.network.capacityChanged(this)
  }

  /** Returns false when the load is what it was. */
  setLoad(load: number): boolean {
    if (load === this.meter.load()) return false
    this.meter.setLoad(load)
    return true
  }
}

class Transfer implements Flow {
  readonly number: number
  readonly options: TransferOptions
  readonly amount: number
  flowClass: FlowClass | undefined
  span: Span | undefined
  starting: EventHandle | undefined
  /** Reading of the class's clock at which this flow ends. */
  finish = 0
  /** Position in the heap of the class. */
  position = -1
  ended = false
  private readonly network: FlowNetwork
  private error: Error | undefined
  private promise: Promise<void> | undefined
  private resolve: (() => void) | undefined
  private reject: ((error: Error) => void) | undefined
  private onEnd: (() => void) | undefined

  constructor(network: FlowNetwork, number: number, options: TransferOptions) {
    const { amount, weight, cap } = options
    if (!(amount >= 0 && amount < Infinity))
      throw new RangeError(`a flow's amount is finite and at least 0, not ${amount}`)
    if (weight !== undefined && !(weight > 0 && weight < Infinity)) {
      throw new RangeError(`a flow's weight is finite and above 0, not ${weight}`)
    }
    if (cap !== undefined && !(cap >= 0)) throw new RangeError(`a flow's cap is at least 0, not ${cap}`)
    this.network = network
    this.number = number
    this.options = options
    this.amount = amount
  }

  get uses(): readonly Use[] {
    return this.options.over
  }

  get weight(): number {
    return this.options.weight ?? 1
  }

  get cap(): number {
    const { cap = Infinity, window_bytes = Infinity, latency_s = 0 } = this.options
    return Math.min(cap, tcpWindowRate(window_bytes, latency_s))
  }

  get priority(): number {
    return this.options.priority ?? 0
  }

  get purpose(): string {
    return this.options.purpose ?? ''
  }

  // Made when first asked for: most flows of a large network are awaited by nobody.
  get done(): Promise<void> {
    if (this.promise === undefined) {
      if (!this.ended) {
        this.promise = new Promise((resolve, reject) => {
          this.resolve = resolve
          this.reject = reject
        })
      } else {
        this.promise = this.error === undefined ? Promise.resolve() : Promise.reject(this.error)
      }
    }
    return this.promise
  }

  get rate(): number {
    if (this.flowClass === undefined || this.ended) return 0
    this.network.solve()
    return this.flowClass.rate
  }

  remaining(): number {
    if (this.ended) return this.error === undefined ? 0 : this.left
    if (this.flowClass === undefined) return this.amount
    return this.flowClass.remaining(this, this.network.now)
  }

  cancel(error: Error): void {
    this.network.cancel(this, error)
  }

  /** The process goes on when the flow has ended, whichever way. */
  ready(resume: () => void): void {
    const wake = (): void => this.network.wake(resume)
    if (this.ended) return wake()
    const before = this.onEnd
    this.onEnd = () => {
      before?.()
      wake()
    }
  }

  /** @param left units that had not passed */
  end(error: Error | undefined, left = this.amount): void {
    this.left = error === undefined ? 0 : left
    this.ended = true
    this.error = error
    this.flowClass = undefined
    if (this.promise !== undefined) {
      if (error === undefined) this.resolve?.()
      else this.reject?.(error)
      this.network.touchTimeline()
    }
    this.onEnd?.()
  }

  /** What had not passed when the flow was ended by an error. */
  private left = 0
}

/** Flows that are alike, in a heap by their end. */
class FlowClass {
  readonly key: string
  readonly variable: number
  readonly path: readonly SharedResource[]
  readonly coefficients: readonly number[]
  readonly purpose: string
  readonly members: Transfer[] = []
  touched = false
  private readonly clocks: ServiceClocks

  constructor(
    key: string,
    clocks: ServiceClocks,
    variable: number,
    path: readonly SharedResource[],
    coefficients: readonly number[],
    purpose: string,
  ) {
    this.key = key
    this.clocks = clocks
    this.variable = variable
    this.path = path
    this.coefficients = coefficients
    this.purpose = purpose
  }

  /** Rate of each member. */
  get rate(): number {
    return this.clocks.rate(this.variable)
  }

  remaining(flow: Transfer, now: number): number {
    return Math.min(flow.amount, Math.max(0, flow.finish - this.clocks.reading(this.variable, now)))
  }

  countDelivered(resource: SharedResource, count: (purpose: string, amount: number) => void): void {
    const now = resource.network.now
    let delivered = 0
    for (const flow of this.members) delivered += flow.amount - this.remaining(flow, now)
    for (let k = 0; k < this.path.length; k++) {
      if (this.path[k] === resource) count(this.purpose, delivered * this.coefficients[k]!)
    }
  }

  /** Books on all resources what one flow has delivered in the end. */
  settle(delivered: number): void {
    for (let k = 0; k < this.path.length; k++) {
      const amount = delivered * this.coefficients[k]!
      this.path[k]!.meter.settle(this.purpose, amount)
      if (this.rate === Infinity) this.path[k]!.meter.addInstant(amount)
    }
  }

  add(flow: Transfer, now: number): void {
    flow.finish = this.clocks.reading(this.variable, now) + flow.amount
    this.members.push(flow)
    this.up(this.members.length - 1, flow)
  }

  remove(flow: Transfer): void {
    const { position } = flow
    const last = this.members.pop()!
    if (last === flow) return
    this.up(position, last)
    if (last.position === position) this.down(position, last)
  }

  /** Takes out the member whose turn it is now, and those that end at the same instant. */
  takeFinished(now: number, same_s: number, into: Transfer[]): void {
    const { finish } = this.members[0]!
    const { rate } = this
    // The clock is set to what it reads on paper: nothing remains of a flow that has ended.
    this.clocks.set(this.variable, finish, now)
    const limit = rate < Infinity ? finish + rate * same_s : Infinity
    while (this.members.length > 0 && this.members[0]!.finish <= limit) {
      const flow = this.members[0]!
      this.remove(flow)
      this.settle(flow.amount)
      into.push(flow)
    }
  }

  private up(start: number, flow: Transfer): void {
    const { members } = this
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = members[parent]!
      if (!endsBefore(flow, above)) break
      members[at] = above
      above.position = at
      at = parent
    }
    members[at] = flow
    flow.position = at
  }

  private down(start: number, flow: Transfer): void {
    const { members } = this
    let at = start
    for (;;) {
      let child = 2 * at + 1
      if (child >= members.length) break
      if (child + 1 < members.length && endsBefore(members[child + 1]!, members[child]!)) child++
      if (!endsBefore(members[child]!, flow)) break
      members[at] = members[child]!
      members[at]!.position = at
      at = child
    }
    members[at] = flow
    flow.position = at
  }
}

function endsBefore(a: Transfer, b: Transfer): boolean {
  return a.finish < b.finish || (a.finish === b.finish && a.number < b.number)
}

function checkCapacity(name: string, capacity: number): void {
  if (!(capacity >= 0)) throw new RangeError(`capacity of resource '${name}' is at least 0, not ${capacity}`)
}
