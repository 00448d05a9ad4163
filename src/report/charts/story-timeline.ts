import type { TopLevelSpec } from 'vega-lite'
import { RTO_PHASES } from '../../experiment/results.ts'
import type { IncidentRow } from '../../experiment/results.ts'
import { bytes, duration, instant, shortDuration } from '../text/human.ts'
import type { Happening } from '../trace-events.ts'
import { namesInBars, tip } from './drawing/marks.ts'
import type { Layer } from './drawing/marks.ts'
import { phaseColour, PHASE_NAMES } from './rto-phases.ts'
import { CONSEQUENCE_COLOUR, INK, LINE_COLOURS, MUTED, PAPER, PLOT_WIDTH } from './drawing/theme.ts'
import { dateAxis } from './drawing/time-axis.ts'

const DAY_S = 86_400
const LANE_HEIGHT = 20
const WIDTH = PLOT_WIDTH + 130
/** Limit for one lane; more bars would overlap. */
const MOST_BARS = 500
const [JOB_COLOUR = INK, RESTORE_COLOUR = INK] = LINE_COLOURS

/** A stretch of time in a lane of its own kind. */
interface Bar {
  readonly lane: string
  readonly from_s: number
  readonly to_s: number
  readonly colour: string
  readonly hollow: boolean
  readonly words: string
}

export interface TimelineInput {
  /** 'drill 3 of fire, nightly on base' */
  readonly title: string
  /** Start of the scenario, seconds since 1970. */
  readonly start: number
  /** What ended, in the order of their ends. */
  readonly happenings: readonly Happening[]
  /** How the drill ended for each service; none for an undisturbed world. */
  readonly incidents: readonly IncidentRow[]
}

/**
 * The story of one drill, or of an undisturbed world, as a Gantt chart: a lane for each job, what was out of order, the
 * recovery points, the phases of each service's recovery and its restores.
 */
export function storyTimeline({ title, start, happenings, incidents }: TimelineInput): TopLevelSpec | undefined {
  const bars = [...happenings.flatMap((each) => barOf(each, start)), ...incidents.flatMap((row) => phaseBars(row))]
  if (bars.length === 0) return undefined
  const { from_s, to_s } = windowOf(bars, incidents)
  const shown = bars.filter((bar) => bar.to_s >= from_s && bar.from_s <= to_s)
  const points = happenings.filter((each) => isPoint(each) && each.since_s >= from_s)
  const lanes = [...new Set(shown.map(({ lane }) => lane))]
  if (points.length > 0) lanes.splice(lanes.findLastIndex((lane) => lane.startsWith(JOB)) + 1, 0, POINTS)
  const ms = (seconds: number): number => (start + seconds) * 1000
  const { scale, axis } = dateAxis(ms(from_s), ms(to_s))
  const x = { type: 'quantitative', scale, axis } as const
  const y = { field: 'lane', type: 'nominal', scale: { domain: lanes }, title: null } as const
  const values = lanes.flatMap((lane) => thinned(shown.filter((bar) => bar.lane === lane)))
  const moments = momentsOf(incidents, from_s)
  const onset_s = incidents[0]?.onset_s ?? Infinity
  return {
    title: {
      text: title.charAt(0).toUpperCase() + title.slice(1),
      subtitle: [
        'One run of the simulated world, hour by hour. Bars: jobs (hollow: failed), what was out of order (grey), phases of the recovery, restores.',
        'Dots: recovery points, at the time of their snapshot; hollow after the onset. Diamond: the point restored.',
        ...incidents.map((row) => `${sentence(outcomeWords(row))} ${phaseWords(row)}`),
      ],
    },
    description: `Timeline of ${title}. ${[...incidents.map(outcomeWords), ...lanes].join('. ')}.`,
    width: WIDTH,
    height: lanes.length * LANE_HEIGHT,
    layer: [
      ...momentLayers(moments, ms, x),
      {
        data: {
          values: values.map((bar) => ({
            lane: bar.lane,
            from: ms(Math.max(bar.from_s, from_s)),
            to: ms(Math.min(bar.to_s, to_s)),
            fill: bar.hollow ? PAPER : bar.colour,
            stroke: bar.colour,
            tip: bar.words,
          })),
        },
        mark: { type: 'bar', height: 11, minBandSize: 1, strokeWidth: 1 },
        encoding: {
          y,
          x: { ...x, field: 'from' },
          x2: { field: 'to' },
          fill: { field: 'fill', type: 'nominal', scale: null },
          stroke: { field: 'stroke', type: 'nominal', scale: null },
          ...tip,
        },
      },
      {
        data: {
          values: points.map(({ since_s }) => ({
            lane: POINTS,
            at: ms(since_s),
            fill: since_s > onset_s ? PAPER : INK,
            tip: `recovery point of ${instant(start + since_s)}`,
          })),
        },
        mark: { type: 'point', shape: 'circle', size: 26, opacity: 1, strokeWidth: 1.25 },
        encoding: {
          y,
          x: { ...x, field: 'at' },
          fill: { field: 'fill', type: 'nominal', scale: null },
          stroke: { value: INK },
          ...tip,
        },
      },
      {
        data: {
          values: incidents.flatMap((row) =>
            row.recoveryPoint_s === undefined
              ? []
              : [
                  {
                    lane: points.length > 0 ? POINTS : recoveryLane(row),
                    at: ms(row.recoveryPoint_s),
                    tip: outcomeWords(row),
                  },
                ],
          ),
        },
        mark: { type: 'point', shape: 'diamond', filled: true, size: 110, opacity: 1, color: RESTORE_COLOUR },
        encoding: { y, x: { ...x, field: 'at' }, ...tip },
      },
      ...namesInBars(stretchesOf(values, ms), (ms(to_s) - ms(from_s)) / WIDTH, y, x),
    ],
  }
}

const JOB = 'job '
const RECOVERY = 'recovery of '
const POINTS = 'recovery points'

function barOf({ what, category, name, since_s, time_s, values }: Happening, start: number): Bar[] {
  if (what !== 'end') return []
  const span = { from_s: since_s, to_s: time_s }
  const lasted = `${instant(start + since_s)}, ${duration(time_s - since_s)}`
  const { outcome, reason, store, written_bytes } = values
  const why = typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''
  if (category === 'job') {
    const wrote = typeof written_bytes === 'number' ? `, wrote ${bytes(written_bytes)}` : ''
    const words = `${name} ${String(outcome)}, ${lasted}${wrote}${why}`
    return [{ ...span, lane: `${JOB}${name}`, colour: JOB_COLOUR, hollow: outcome !== 'succeeded', words }]
  }
  if (category === 'restore') {
    const words = `restore of ${name} from ${String(store)}, ${lasted}`
    return [{ ...span, lane: `restore ${name}`, colour: RESTORE_COLOUR, hollow: false, words }]
  }
  if (category === 'outage') {
    return [
      {
        ...span,
        lane: `${name} down`,
        colour: CONSEQUENCE_COLOUR,
        hollow: false,
        words: `${name} down, ${lasted}${why}`,
      },
    ]
  }
  return []
}

function isPoint({ what, category, values }: Happening): boolean {
  return what === 'end' && category === 'job' && values['kind'] === 'backup' && values['outcome'] === 'succeeded'
}

function recoveryLane({ service }: IncidentRow): string {
  return `${RECOVERY}${service}`
}

/** Phases follow one another from the onset. */
function phaseBars(row: IncidentRow): Bar[] {
  let at_s = row.onset_s
  return RTO_PHASES.flatMap((phase) => {
    const from_s = at_s
    at_s += row.phases_s[phase]
    if (at_s <= from_s) return []
    const words = `${row.service}: ${PHASE_NAMES[phase]} ${shortDuration(at_s - from_s)}`
    return [{ lane: recoveryLane(row), from_s, to_s: at_s, colour: phaseColour(phase), hollow: false, words }]
  })
}

/** From a little before the point restored to a little after the last service is back; all of an undisturbed world. */
function windowOf(bars: readonly Bar[], incidents: readonly IncidentRow[]): { from_s: number; to_s: number } {
  if (incidents.length === 0) return { from_s: 0, to_s: Math.max(...bars.map((bar) => bar.to_s)) }
  const from_s = Math.min(...incidents.map((row) => row.recoveryPoint_s ?? row.onset_s))
  const to_s = Math.max(...incidents.map((row) => row.onset_s + (row.rto_s ?? row.detected_s - row.onset_s)))
  const margin_s = Math.max(0.06 * (to_s - from_s), Math.min(DAY_S, to_s - from_s) / 2)
  return { from_s: Math.max(0, from_s - margin_s), to_s: to_s + margin_s }
}

function momentsOf(incidents: readonly IncidentRow[], from_s: number): { name: string; at_s: number }[] {
  const [first] = incidents
  if (first === undefined || first.onset_s < from_s) return []
  const onset = { name: 'onset', at_s: first.onset_s }
  return first.detected_s > first.onset_s ? [onset, { name: 'noticed', at_s: first.detected_s }] : [onset]
}

function momentLayers(
  moments: ReadonlyArray<{ name: string; at_s: number }>,
  ms: (seconds: number) => number,
  x: object,
): Layer[] {
  if (moments.length === 0) return []
  const values = moments.map(({ name, at_s }) => ({ name, at: ms(at_s) }))
  const first = (name: string): boolean => name === moments[0]?.name
  return moments.flatMap(({ name }): Layer[] => [
    {
      data: { values: values.filter((each) => each.name === name) },
      mark: { type: 'rule', color: INK, strokeWidth: 1.25, strokeDash: first(name) ? [1, 0] : [4, 3] },
      encoding: { x: { ...x, field: 'at' } },
    },
    {
      data: { values: values.filter((each) => each.name === name) },
      // The one to the left of its line, the other to the right: they may be near each other.
      mark: { type: 'text', align: first(name) ? 'right' : 'left', dx: first(name) ? -3 : 3, color: MUTED },
      encoding: { x: { ...x, field: 'at' }, y: { value: -6 }, text: { field: 'name' } },
    },
  ])
}

/** The phases of each recovery, for their names. */
function stretchesOf(bars: readonly Bar[], ms: (seconds: number) => number) {
  return bars
    .filter(({ lane }) => lane.startsWith(RECOVERY))
    .map(({ lane, from_s, to_s, colour, words }) => ({
      lane,
      from: ms(from_s),
      to: ms(to_s),
      name: words.replace(/^.*: (.*) [\d.]+ \w+$/, '$1'),
      colour,
      tip: words,
    }))
}

function outcomeWords(row: IncidentRow): string {
  if (row.rpo_s === undefined || row.rto_s === undefined) return `${row.service} is lost: ${row.reason}`
  const from = row.store === undefined ? '' : ` from ${row.store}`
  return `${row.service} is restored${from}, a point ${duration(row.rpo_s)} old, back after ${duration(row.rto_s)}`
}

function phaseWords({ phases_s }: IncidentRow): string {
  const phases = RTO_PHASES.filter((phase) => phases_s[phase] > 0)
  return sentence(phases.map((phase) => `${PHASE_NAMES[phase]} ${shortDuration(phases_s[phase])}`).join(', '))
}

function sentence(words: string): string {
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function thinned(bars: readonly Bar[]): readonly Bar[] {
  const every = Math.ceil(bars.length / MOST_BARS)
  return every <= 1 ? bars : bars.filter((bar, index) => index % every === 0 || bar.hollow)
}
