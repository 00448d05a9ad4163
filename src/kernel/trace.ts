/** Values shown with an event of the trace. */
export type TraceArguments = Readonly<Record<string, string | number | boolean>>

/**
 * Writes what happens in simulated time in the Trace Event format, which Perfetto (ui.perfetto.dev) opens: spans that may
 * overlap (tasks, transfers, incidents, restores), instants, and counters (load of a resource). Times are microseconds of
 * simulated time. A simulation without a trace does not even build the texts.
 * Source: Trace Event Format, Google, 2016: phases b, e (async spans), i (instant), C (counter), M (metadata).
 */
export class Trace {
  private readonly write: (text: string) => void
  private readonly pending: string[] = []
  private pendingLength = 0
  private opened = false
  private closed = false

  /** @param write takes pieces of the JSON text, in order; the text is whole after `close` */
  constructor(write: (text: string) => void) {
    this.write = write
  }

  /** Begins a span; spans of one category are told apart by their number. */
  begin(category: string, name: string, id: number, time_s: number, values?: TraceArguments): void {
    this.span('b', category, name, id, time_s, values)
  }

  end(category: string, name: string, id: number, time_s: number, values?: TraceArguments): void {
    this.span('e', category, name, id, time_s, values)
  }

  instant(category: string, name: string, time_s: number, values?: TraceArguments): void {
    this.record(
      `{"ph":"i","s":"g","cat":${JSON.stringify(category)},"name":${JSON.stringify(name)},"pid":1,"tid":1,` +
        `"ts":${time_s * 1e6}${shown(values)}}`,
    )
  }

  counter(name: string, time_s: number, values: Readonly<Record<string, number>>): void {
    this.record(`{"ph":"C","name":${JSON.stringify(name)},"pid":1,"ts":${time_s * 1e6}${shown(values)}}`)
  }

  /** Ends the text. Events after this are an error. */
  close(): void {
    if (this.closed) return
    if (!this.opened) this.record('{"ph":"M","name":"process_name","pid":1,"args":{"name":"firedrill"}}')
    this.pending.push('\n]}\n')
    this.flush()
    this.closed = true
  }

  private span(
    phase: 'b' | 'e',
    category: string,
    name: string,
    id: number,
    time_s: number,
    values: TraceArguments | undefined,
  ): void {
    this.record(
      `{"ph":"${phase}","cat":${JSON.stringify(category)},"name":${JSON.stringify(name)},"id":${id},"pid":1,"tid":1,` +
        `"ts":${time_s * 1e6}${shown(values)}}`,
    )
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

function shown(values: TraceArguments | undefined): string {
  return values === undefined ? '' : `,"args":${JSON.stringify(values)}`
}
