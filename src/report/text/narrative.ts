import { bytes, duration } from './human.ts'
import type { Happening } from '../trace-events.ts'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
/** A job that begins later than its calendar says by more than this is late; less is the job before it, in a chain. */
const LATE_S = 300

/**
 * Tells a trace as a story, one line an event: 'Tue 2026-01-06 22:31  backup done after 1 min 40 s: read 100 MB, wrote
 * 100 MB'.
 */
export class Narrator {
  readonly #start: number
  readonly #write: (line: string) => void

  /**
   * @param start of the scenario, seconds since 1970
   * @param write takes one line at a time, with its end
   */
  constructor(start: number, write: (line: string) => void) {
    this.#start = start
    this.#write = write
  }

  /** What happens next. */
  hear(happening: Happening): void {
    const sentence = SENTENCES[happening.what](happening)
    if (sentence !== undefined) this.say(happening.time_s, sentence)
  }

  /** A sentence of one's own at an instant in seconds since the start. */
  say(time_s: number, sentence: string): void {
    const date = new Date((this.#start + time_s) * 1000)
    const text = date.toISOString()
    this.#write(`${DAYS[date.getUTCDay()]} ${text.slice(0, 10)} ${text.slice(11, 16)}  ${sentence}\n`)
  }
}

const SENTENCES: Record<Happening['what'], (happening: Happening) => string | undefined> = {
  begin({ category, name, time_s, values }) {
    // A job is told when it is done, an incident by the instant at which it strikes, a phase when it is over.
    if (category === 'job') {
      const late_s = time_s - Number(values['scheduled_s'] ?? time_s)
      return late_s > LATE_S ? `${name} job delayed ${duration(late_s)}` : undefined
    }
    if (category === 'restore') return `  restore of ${name} from ${String(values['store'])} begins`
    if (category === 'outage') return `${name} down${because(values)}`
    return undefined
  },

  end({ category, name, time_s, since_s, part, values }) {
    const lasted_s = time_s - since_s
    const after = `after ${duration(lasted_s)}`
    if (values['unfinished'] === true) return `${name} still under way ${after}`
    if (category === 'job') {
      const { outcome, read_bytes, written_bytes } = values
      const moved = `read ${bytes(Number(read_bytes))}, wrote ${bytes(Number(written_bytes))}`
      if (outcome !== 'succeeded') return `${name} ${String(outcome)} ${after}, ${moved}${because(values)}`
      return `${name} done ${after}: ${moved}${because(values, '; ')}`
    }
    if (category === 'restore') {
      const restored = typeof values['restored_bytes'] === 'number' ? `: ${bytes(values['restored_bytes'])}` : ''
      return `  restore of ${name} done ${after}${restored}`
    }
    if (category === 'outage') return `${name} up again ${after}`
    if (part) return lasted_s > 0 ? `  ${phase(name)} ${after}` : undefined
    const outcomes = Object.entries(values).filter(([key]) => key !== 'onset_s')
    const told = outcomes.map(([service, outcome]) => `${service} ${String(outcome)}`)
    return `${name} is over ${after}${told.length === 0 ? '' : `: ${told.join(', ')}`}`
  },

  instant({ category, name, values }) {
    const { kind, target, ...rest } = values
    if (category !== 'incident') return `${name} happens${details(rest)}`
    const where = typeof target === 'string' ? ` ${target}` : ''
    return `${name} strikes${where}${typeof kind === 'string' ? ` (${kind})` : ''}${details(rest)}`
  },
}

/** What has been achieved when a phase of a recovery ends; its service stands behind its name. */
const ACHIEVED: ReadonlyArray<readonly [RegExp, string]> = [
  [/^detect$/, 'noticed'],
  [/^declare$/, 'recovery decided on'],
  [/^provision$/, 'replacements ready'],
  [/^rebuild$/, 'machines set up anew'],
  [/^transfer (.*)$/, '$1 transferred'],
  [/^verify (.*)$/, '$1 verified'],
  [/^cut over (.*)$/, 'users back on $1'],
]

function phase(name: string): string {
  const [pattern, words] = ACHIEVED.find(([each]) => each.test(name)) ?? [/^(.*)$/, '$1 done']
  return name.replace(pattern, words)
}

function because({ reason }: Happening['values'], joint = ': '): string {
  return typeof reason === 'string' && reason !== '' ? `${joint}${reason}` : ''
}

function details(values: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(values).map(([name, value]) => `${name} ${String(value)}`)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
