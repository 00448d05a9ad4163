import { expect } from 'vitest'

/** An event of the Trace Event format, as far as firedrill writes it. */
export interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid?: number
  readonly cat?: string
  readonly id?: number
  readonly ts?: number
  readonly s?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** The events of a trace, after all that the format asks of them has been looked at. */
export function checkedEvents(text: string): TraceEvent[] {
  const trace: { displayTimeUnit: string; traceEvents: TraceEvent[] } = JSON.parse(text)
  const processes = new Map<number, string>()
  const threads = new Set<string>()
  /** Names of open spans by category and id, innermost last. */
  const open = new Map<string, string[]>()
  let latest = -Infinity
  demand(trace.displayTimeUnit === 'ms', trace.displayTimeUnit, 'times are shown in milliseconds')
  for (const event of trace.traceEvents) {
    const { ph, name, pid, tid, cat, id, ts, args = {} } = event
    demand(typeof name === 'string' && Number.isInteger(pid), event, 'every event has a name and a process')
    if (ph === 'M') {
      if (name === 'process_name') processes.set(pid, String(args['name']))
      else if (name === 'thread_name') threads.add(`${pid}/${tid}`)
      else demand(name === 'process_sort_index', event, 'metadata are names and order of processes, names of threads')
      continue
    }
    demand(processes.get(pid) === cat, event, 'each category is a process of its own, named before its first event')
    demand(threads.has(`${pid}/${tid}`), event, 'a thread is named before its first event')
    demand(ts !== undefined && ts >= latest, event, 'time never goes back')
    latest = ts!
    const span = `${cat} ${id}`
    if (ph === 'b') {
      const stack = open.get(span)
      if (stack === undefined) open.set(span, [name])
      else stack.push(name)
    } else if (ph === 'e') {
      demand(open.get(span)?.pop() === name, event, 'what ends is what began last of the same number')
      if (open.get(span)?.length === 0) open.delete(span)
    } else if (ph === 'C') {
      demand(Object.values(args).every(Number.isFinite), event, 'counters are numbers')
    } else {
      demand(ph === 'i' && event.s === 'p', event, 'the rest are instants')
    }
  }
  expect([...open]).toEqual([])
  return trace.traceEvents
}

function demand(holds: boolean, found: unknown, rule: string): void {
  if (!holds) throw new Error(`${rule}: ${JSON.stringify(found)}`)
}
