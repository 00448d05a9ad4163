/** An event of the trace (Trace Event format), as far as its story is concerned. */
interface TraceEvent {
  readonly ph: string
  readonly cat?: string
  readonly name: string
  /** Microseconds of simulated time. */
  readonly ts?: number
  readonly id?: number
  readonly args?: Readonly<Record<string, unknown>>
}

/** Something that began, ended or happened; times are seconds since the scenario's start. */
export interface Happening {
  readonly what: 'begin' | 'end' | 'instant'
  readonly category: string
  readonly name: string
  readonly time_s: number
  /** When what ends now began. */
  readonly since_s: number
  /** A phase of an incident, not the incident itself. */
  readonly part: boolean
  /** Arguments of the event, at its beginning and, when it ends, at its end. */
  readonly values: Readonly<Record<string, unknown>>
}

/** What people want to be told; tasks, transfers and loads are for the picture of Perfetto. */
const TOLD: ReadonlySet<string> = new Set(['job', 'incident', 'restore', 'outage'])

interface Begun {
  readonly time_s: number
  readonly part: boolean
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * Reads a trace while it is written: takes its pieces, and hands on what people want to be told. It holds only what is under
 * way.
 */
export class TraceReader {
  readonly #listeners: ReadonlyArray<(happening: Happening) => void>
  readonly #begun = new Map<string, Begun>()
  /** Numbers of incidents that have begun: spans of the same number are their phases. */
  readonly #incidents = new Set<number>()
  #rest = ''

  constructor(...listeners: ReadonlyArray<(happening: Happening) => void>) {
    this.#listeners = listeners
  }

  /** The next piece of the text of the trace, in which each event stands on a line. */
  hear(piece: string): void {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const text = line.replace(/,$/, '')
      if (!text.startsWith('{"ph":') || !text.endsWith('}')) continue
      const event: TraceEvent = JSON.parse(text)
      if (event.cat !== undefined && TOLD.has(event.cat)) this.#take(event, event.cat)
    }
  }

  #take({ ph, name, ts = 0, id = -1, args = {} }: TraceEvent, category: string): void {
    const time_s = ts / 1e6
    const key = JSON.stringify([category, id, name])
    if (ph === 'b') {
      const part = category === 'incident' && this.#incidents.has(id)
      if (category === 'incident') this.#incidents.add(id)
      this.#begun.set(key, { time_s, part, values: args })
      this.#tell({ what: 'begin', category, name, time_s, since_s: time_s, part, values: args })
    } else if (ph === 'e') {
      const begun = this.#begun.get(key) ?? { time_s, part: false, values: {} }
      this.#begun.delete(key)
      const values = { ...begun.values, ...args }
      this.#tell({ what: 'end', category, name, time_s, since_s: begun.time_s, part: begun.part, values })
    } else if (ph === 'i') {
      this.#tell({ what: 'instant', category, name, time_s, since_s: time_s, part: false, values: args })
    }
  }

  #tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening)
  }
}
