import type { Flow, TransferOptions, Use } from './flow.ts'
import type { ServiceClocks } from './service-clocks.ts'
import type { SharedResource } from './shared-resource.ts'
import { tcpWindowRate } from './tcp.ts'
import type { EventHandle } from '../timeline.ts'
import type { Span } from '../trace.ts'

/** The network that carries a transfer. */
export interface Carrier {
  readonly now: number
  /** Brings the rates up to date with every change made at this instant. */
  solve(): void
  cancel(flow: Transfer, error: Error): void
  /** Calls back in an event of its own. */
  wake(resume: () => void): void
  touchTimeline(): void
}

/** A flow as the network that carries it sees it. */
export class Transfer implements Flow {
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
  private readonly network: Carrier
  private error: Error | undefined
  private promise: Promise<void> | undefined
  private resolve: (() => void) | undefined
  private reject: ((error: Error) => void) | undefined
  private onEnd: (() => void) | undefined

  constructor(network: Carrier, number: number, options: TransferOptions) {
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

  // Created on first use: most flows of a large network are never awaited.
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

/** Resources that flows use at once, how much of each, and the classes of the flows that are under way over them. */
export interface Path {
  /** The same for paths over the same resources, as much of each. */
  readonly key: string
  readonly resources: readonly SharedResource[]
  /** Their numbers. */
  readonly links: readonly number[]
  readonly coefficients: readonly number[]
  readonly classes: FlowClass[]
  /** A class that has no flows: most flows come one after another, and are like the last. */
  idle: FlowClass | undefined
  /** Whether flows that name their uses in another list find it. */
  isListed: boolean
}

/** Flows that are alike, in a heap by their end. */
export class FlowClass {
  /** Number by which its rate is found, as long as it has members. */
  variable = -1
  /** The classes with members before and after it, in the order in which they came to have some. */
  previous: FlowClass | undefined
  next: FlowClass | undefined
  readonly path: Path
  readonly purpose: string
  private readonly weight: number
  private readonly cap: number
  private readonly priority: number
  readonly members: Transfer[] = []
  touched = false
  private readonly clocks: ServiceClocks

  /** @param first of its members, which are all like it */
  constructor(clocks: ServiceClocks, path: Path, first: Transfer) {
    this.clocks = clocks
    this.path = path
    this.purpose = first.purpose
    this.weight = first.weight
    this.cap = first.cap
    this.priority = first.priority
  }

  /** Whether a flow over the same path belongs to it. */
  isOf({ weight, cap, priority, purpose }: Transfer): boolean {
    return weight === this.weight && cap === this.cap && priority === this.priority && purpose === this.purpose
  }

  /** Rate of each member. */
  get rate(): number {
    return this.clocks.rate(this.variable)
  }

  remaining(flow: Transfer, now: number): number {
    return Math.min(flow.amount, Math.max(0, flow.finish - this.clocks.reading(this.variable, now)))
  }

  /** Reports what its members have moved over a resource so far and not yet settled. */
  countDelivered(resource: SharedResource, count: (purpose: string, amount: number) => void): void {
    const { resources, coefficients } = this.path
    if (!resources.includes(resource)) return
    const { now } = resource.network
    let delivered = 0
    for (const flow of this.members) delivered += flow.amount - this.remaining(flow, now)
    for (let k = 0; k < resources.length; k++) {
      if (resources[k] === resource) count(this.purpose, delivered * coefficients[k]!)
    }
  }

  /** Books on all resources what one flow has delivered in the end. */
  settle(delivered: number): void {
    const { resources, coefficients } = this.path
    for (let k = 0; k < resources.length; k++) {
      const amount = delivered * coefficients[k]!
      resources[k]!.meter.settle(this.purpose, amount)
      if (this.rate === Infinity) resources[k]!.meter.addInstant(amount)
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
