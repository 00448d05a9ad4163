import { bytes, duration } from './human.ts'

/** An event of the trace (Trace Event format), as far as the story is concerned. */
interface TraceEvent {
  readonly ph: string
  readonly cat?: string
  readonly name: string
  /** Microseconds of simulated time. */
  readonly ts?: number
  readonly id?: number
  readonly args?: Readonly<Record<string, unknown>>
}

/** What people want to be told; tasks, transfers and loads are for the picture. */
const TOLD = new Set(['job', 'incident', 'restore', 'outage'])
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
/** A job that begins later than its calendar says by more than this is late. */
const LATE_S = 60

/**
 * Tells a trace as a story, one line an event: 'Tue 2026-01-06 22:31:40  backup done after 1 min 40 s: read 100 MB, wrote
 * 100 MB'. Takes the pieces of the trace as they are written, and holds only what is under way.
 */
export class Narrator {
  readonly #start: number
  readonly #write: (line: string) => void
  readonly #begun = new Map<string, number>()
  #rest = ''

  /**
   * @param start of the scenario, seconds since 1970
   * @param write takes one line at a time, with its end
   */
  constructor(start: number, write: (line: string) => void) {
    this.#start = start
    this.#write = write
  }

  /** The next piece of the text of the trace, in which each event stands on a line. */
  hear(piece: string): void {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const text = line.replace(/,$/, '')
      if (!text.startsWith('{"ph":') || !text.endsWith('}')) continue
      const event: TraceEvent = JSON.parse(text)
      if (event.cat !== undefined && TOLD.has(event.cat)) this.#tell(event, (event.ts ?? 0) / 1e6)
    }
  }

  /** A sentence of one's own at an instant in seconds since the start. */
  say(time_s: number, sentence: string): void {
    const date = new Date((this.#start + time_s) * 1000)
    const text = date.toISOString()
    this.#write(`${DAYS[date.getUTCDay()]} ${text.slice(0, 10)} ${text.slice(11, 19)}  ${sentence}\n`)
  }

  #tell(event: TraceEvent, time_s: number): void {
    const key = `${event.cat} ${event.id} ${event.name}`
    if (event.ph === 'b') {
      this.#begun.set(key, time_s)
      const sentence = beginning(event, time_s)
      if (sentence !== undefined) this.say(time_s, sentence)
    } else if (event.ph === 'e') {
      const lasted_s = time_s - (this.#begun.get(key) ?? time_s)
      this.#begun.delete(key)
      const sentence = ending(event, lasted_s)
      if (sentence !== undefined) this.say(time_s, sentence)
    } else if (event.ph === 'i')
      this.say(time_s, `${event.name} ${event.cat === 'incident' ? 'strikes' : 'happens'}${details(event)}`)
  }
}

function beginning({ cat, name, args = {} }: TraceEvent, time_s: number): string | undefined {
  if (cat === 'job') {
    const late_s = time_s - Number(args['scheduled_s'] ?? time_s)
    const late = late_s > LATE_S ? `, ${duration(late_s)} after its time` : ''
    return `${name} starts on ${String(args['node'])}${late}`
  }
  if (cat === 'restore') return `  restore of ${name} from ${String(args['store'])} starts`
  // The incident itself is told by its instant; its parts are the phases.
  if (cat === 'incident') return args['onset_s'] === undefined ? `  ${name} begins` : undefined
  return `${name} begins`
}

function ending({ cat, name, args = {} }: TraceEvent, lasted_s: number): string | undefined {
  const after = `after ${duration(lasted_s)}`
  if (args['unfinished'] === true) return `${name} is still under way ${after}`
  if (cat === 'job') {
    const { outcome, reason, read_bytes, written_bytes } = args
    const why = typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''
    if (outcome !== 'succeeded') return `${name} ${String(outcome)} ${after}${why}`
    return `${name} done ${after}: read ${bytes(Number(read_bytes))}, wrote ${bytes(Number(written_bytes))}${why}`
  }
  if (cat === 'restore') {
    const restored = typeof args['restored_bytes'] === 'number' ? `: ${bytes(args['restored_bytes'])}` : ''
    return `  restore of ${name} done ${after}${restored}`
  }
  if (cat !== 'incident') return `${name} ends ${after}`
  const outcomes = Object.entries(args).map(([service, outcome]) => `${service} ${String(outcome)}`)
  if (outcomes.length > 0) return `${name} is over ${after}: ${outcomes.join(', ')}`
  return `  ${name} ends ${after}`
}

function details({ args = {} }: TraceEvent): string {
  const words = Object.entries(args).map(([name, value]) => `${name} ${String(value)}`)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
