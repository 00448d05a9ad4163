/** Values shown with an event of the trace. */
export type TraceArguments = Readonly<Record<string, string | number | boolean>>

/** Something that lasts, as the trace shows it. */
export interface Span {
  end(values?: TraceArguments): void
  /** Begins a part of it, which ends before it does. */
  part(name: string, values?: TraceArguments): Span
}

/** For a simulation without a trace. */
export const NO_SPAN: Span = { end: () => {}, part: () => NO_SPAN }

/**
 * Writes what happens in simulated time in the Trace Event format, which Perfetto (ui.perfetto.dev) opens: spans that may
 * overlap (jobs, transfers, incidents, restores), instants, and counters (load of a resource). Each category is shown as a
 * process, in the order of their coming. Times are microseconds of simulated time and never go back. A simulation without
 * a trace does not even build the texts.
 * Source: Trace Event Format, Google, 2016: phases b, e (async spans), i (instant), C (counter), M (metadata).
 */
export class Trace {
  private readonly write: (text: string) => void
  private readonly pending: string[] = []
  private pendingLength = 0
  private readonly processes = new Map<string, number>()
  private readonly open = new Set<OpenSpan>()
  private spanCount = 0
  private latest_s = -Infinity
  private opened = false
  private closed = false

  /** @param write takes pieces of the JSON text, in order; the text is whole after `close` */
  constructor(write: (text: string) => void) {
    this.write = write
  }

  /** Begins a span at the clock's present time; it ends at its time then. */
  begin(category: string, name: string, clock: { readonly now: number }, values?: TraceArguments): Span {
    return new OpenSpan(this, category, name, ++this.spanCount, clock, values)
  }

  /** Something that takes no time. */
  instant(category: string, name: string, time_s: number, values?: TraceArguments): void {
    this.event('i', category, name, time_s, ',"s":"p"', values)
  }

  counter(category: string, name: string, time_s: number, values: Readonly<Record<string, number>>): void {
    this.event('C', category, name, time_s, '', values)
  }

  /** Ends what has not ended, and the text. Events after this are an error. */
  close(): void {
    if (this.closed) return
    for (const span of [...this.open].toReversed()) span.endAt(this.latest_s, { unfinished: true })
    if (!this.opened) this.processOf('firedrill')
    this.pending.push('\n]}\n')
    this.flush()
    this.closed = true
  }

  /** @internal */
  span(phase: 'b' | 'e', span: OpenSpan, time_s: number, values: TraceArguments | undefined): void {
    if (phase === 'b') this.open.add(span)
    else this.open.delete(span)
    this.event(phase, span.category, span.name, time_s, `,"id":${span.id}`, values)
  }

  private event(
    phase: string,
    category: string,
    name: string,
    time_s: number,
    fields: string,
    values: TraceArguments | undefined,
  ): void {
    const process = this.processOf(category)
    this.latest_s = time_s
    this.record(
      `{"ph":"${phase}","cat":${JSON.stringify(category)},"name":${JSON.stringify(name)},"pid":${process},"tid":1,` +
        `"ts":${time_s * 1e6}${fields}${values === undefined ? '' : `,"args":${JSON.stringify(values)}`}}`,
    )
  }

  private processOf(category: string): number {
    let process = this.processes.get(category)
    if (process === undefined) {
      process = this.processes.size + 1
      this.processes.set(category, process)
      const name = JSON.stringify(category)
      this.record(`{"ph":"M","name":"process_name","pid":${process},"args":{"name":${name}}}`)
      this.record(`{"ph":"M","name":"process_sort_index","pid":${process},"args":{"sort_index":${process}}}`)
      this.record(`{"ph":"M","name":"thread_name","pid":${process},"tid":1,"args":{"name":${name}}}`)
    }
    return process
  }

  private record(event: string): void {
    if (this.closed) throw new Error('the trace is closed')
    this.pending.push(this.opened ? ',\n' : '{"displayTimeUnit":"ms","traceEvents":[\n', event)
    this.opened = true
    this.pendingLength += event.length
    if (this.pendingLength > 65536) this.flush()
  }

  private flush(): void {
    this.write(this.pending.join(''))
    this.pending.length = 0
    this.pendingLength = 0
  }
}

class OpenSpan implements Span {
  readonly category: string
  readonly name: string
  readonly id: number
  private readonly trace: Trace
  private readonly clock: { readonly now: number }
  private ended = false

  constructor(
    trace: Trace,
    category: string,
    name: string,
    id: number,
    clock: { readonly now: number },
    values: TraceArguments | undefined,
  ) {
    this.trace = trace
    this.category = category
    this.name = name
    this.id = id
    this.clock = clock
    trace.span('b', this, clock.now, values)
  }

  end(values?: TraceArguments): void {
    this.endAt(this.clock.now, values)
  }

  /** Parts carry the number of the whole: that is how the format nests them. */
  part(name: string, values?: TraceArguments): Span {
    return new OpenSpan(this.trace, this.category, name, this.id, this.clock, values)
  }

  endAt(time_s: number, values?: TraceArguments): void {
    if (this.ended) return
    this.ended = true
    this.trace.span('e', this, time_s, values)
  }
}
