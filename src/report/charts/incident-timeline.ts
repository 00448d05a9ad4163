import type { TopLevelSpec } from 'vega-lite'
import { RTO_PHASES } from '../../experiment/results.ts'
import type { IncidentRow, JobRow, Results, RtoPhase } from '../../experiment/results.ts'
import { duration, instant, shortDuration } from '../text/human.ts'
import { cellLabel } from './drawing/cells.ts'
import { foremostPlots } from './drawing/foremost.ts'
import { plotTitle, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { phaseColour, PHASE_NAMES } from './rto-phases.ts'
import { dateAxis } from './drawing/time-axis.ts'
import { INK, LINE_COLOURS, MUTED, PAPER, PLOT_WIDTH } from './drawing/theme.ts'

const DAY_S = 86_400
const LANE_HEIGHT = 18
/** Limit for one lane; more bars would overlap. */
const MOST_JOBS = 400
const MOST_PLOTS = 8
/** Share of the axis between the point and the onset, which leaves room for the label. */
const LABEL_SHARE = 0.1
/** Characters of a heading that say why nothing could be restored. */
const HEADLINE_LENGTH = 70
/** Lanes from top to bottom. Other kinds of jobs follow in their order of occurrence. */
const JOB_LANES = ['backup', 'copy', 'verify']
const POINT_LANE = 'points'
const RECOVERY_LANE = 'recovery'
const [JOB_COLOUR = INK, RESTORED_COLOUR = INK] = LINE_COLOURS

/**
 * The drill that lost most work, as it went in each cell: the jobs before it, the point that was restored, the onset, when
 * it was noticed, and the phases of the recovery.
 */
export function incidentTimeline(
  results: Pick<Results, 'cells' | 'incidents' | 'jobs' | 'scenario'>,
): TopLevelSpec | undefined {
  const worst = worstIncident(results.incidents)
  if (worst === undefined) return undefined
  const { hazard, service, replication } = worst
  const { shown: incidents, note } = foremostPlots(
    results.incidents.filter(
      (row) => row.hazard === hazard && row.service === service && row.replication === replication,
    ),
    results,
    MOST_PLOTS,
  )
  const window = windowOf(incidents)
  const phases = RTO_PHASES.filter((phase) =>
    incidents.some((row) => row.rto_s !== undefined && row.phases_s[phase] > 0),
  )
  const { start } = results.scenario
  const isAllThere = results.incidents.every(({ rpo_s }) => rpo_s !== undefined)
  const heading = isAllThere
    ? 'The drill that lost most work'
    : 'Of the drills that came back, the one that lost most work'
  const stories = incidents.map((row) => `${cellLabel(row, results)}: ${storyOf(row)}`)
  return {
    title: {
      text: `${heading}: ${hazard} of ${instant(start + worst.onset_s)} UTC`,
      subtitle: [
        `One drill (number ${replication}), the same in each strategy and topology. Bars: jobs until it was noticed (known to the horizon), then the phases of the recovery.`,
        'Dots: recovery points, at the time of their snapshot; hollow after the onset. Diamond: the point restored. Hollow bars: jobs that failed.',
        'Dark line: onset. Dashed: noticed.',
        ...note,
      ],
    },
    description: `Timeline of one drill. ${stories.join('. ')}.`,
    vconcat: incidents.map((row, index) => plot(results, row, window, phases, index === incidents.length - 1)),
    spacing: 10,
    resolve: { scale: { color: 'shared' } },
  }
}

/** Among incidents that were not lost, the one with the greatest RPO; the longest to recover where several have it. */
function worstIncident(incidents: readonly IncidentRow[]): IncidentRow | undefined {
  const kept = incidents.filter((row) => row.rpo_s !== undefined)
  return kept.toSorted((a, b) => (b.rpo_s ?? 0) - (a.rpo_s ?? 0) || (b.rto_s ?? 0) - (a.rto_s ?? 0)).at(0)
}

interface Window {
  readonly from_s: number
  readonly to_s: number
}

/** From a little before the oldest point restored to a little after the last service is back. */
function windowOf(incidents: readonly IncidentRow[]): Window {
  const from_s = Math.min(...incidents.map((row) => row.recoveryPoint_s ?? row.onset_s))
  const to_s = Math.max(...incidents.map((row) => row.onset_s + (row.rto_s ?? row.detected_s - row.onset_s)))
  const margin_s = Math.max(0.06 * (to_s - from_s), Math.min(DAY_S, to_s - from_s) / 2)
  return { from_s: Math.max(0, from_s - margin_s), to_s: to_s + margin_s }
}

function storyOf(row: IncidentRow): string {
  if (row.rpo_s === undefined || row.rto_s === undefined) return `lost (${headline(row.reason)})`
  const from = row.store === undefined ? '' : ` from ${row.store}`
  return `restored${from} a point ${duration(row.rpo_s)} old, back after ${duration(row.rto_s)}`
}

/** The first of what failed, short enough for a heading: the whole list, a clause for each point tried, is in incidents.csv. */
function headline(reason: string): string {
  const [first = '', ...others] = reason.split('; ')
  const short = first.length <= HEADLINE_LENGTH ? first : `${first.slice(0, HEADLINE_LENGTH)}…`
  return others.length === 0 ? short : `${short}; ${others.length} more`
}

function plot(
  results: Pick<Results, 'cells' | 'jobs' | 'scenario'>,
  incident: IncidentRow,
  { from_s, to_s }: Window,
  phases: readonly RtoPhase[],
  last: boolean,
): Plot {
  const ms = (seconds: number): number => (results.scenario.start + seconds) * 1000
  const cell = cellLabel(incident, results)
  const jobs = results.jobs
    .filter((row) => row.strategy === incident.strategy && row.topology === incident.topology)
    .filter((row) => row.started_s !== undefined && row.started_s < incident.detected_s)
    .filter((row) => (row.ended_s ?? Infinity) >= from_s)
  const byKind = Map.groupBy(jobs, (row) => row.kind)
  const kinds = [...new Set([...JOB_LANES.filter((kind) => byKind.has(kind)), ...byKind.keys()])]
  const bars = kinds.flatMap((kind) =>
    thinned(byKind.get(kind) ?? []).map((row) =>
      jobBar(row, Math.min(incident.detected_s, results.scenario.horizon_s), from_s, ms, cell),
    ),
  )
  const points = (byKind.get('backup') ?? [])
    .filter((row) => row.outcome === 'succeeded' && (row.started_s ?? 0) >= from_s)
    .map((row) => ({
      lane: POINT_LANE,
      at: ms(row.started_s ?? 0),
      fill: (row.started_s ?? 0) > incident.onset_s ? PAPER : INK,
      tip: `${cell}: recovery point of ${instant(results.scenario.start + (row.started_s ?? 0))}`,
    }))
  const { recoveryPoint_s } = incident
  const restored =
    recoveryPoint_s === undefined
      ? []
      : [{ lane: RECOVERY_LANE, at: ms(recoveryPoint_s), tip: `${cell}: ${storyOf(incident)}` }]
  const lanes = [...kinds, POINT_LANE, RECOVERY_LANE]
  const { scale, axis } = dateAxis(ms(from_s), ms(to_s))
  const x = {
    type: 'quantitative',
    scale,
    axis: last ? axis : { ...axis, labels: false, ticks: false, title: null },
  } as const
  const y = { field: 'lane', type: 'nominal', scale: { domain: lanes }, title: null } as const
  const span = (from: string, to: string) => ({ x: { ...x, field: from }, x2: { field: to } })
  const phaseNames = phases.map((phase) => PHASE_NAMES[phase])
  const outcome = { type: 'text', align: 'left', dx: 6, fontSize: 10, color: MUTED } as const
  return {
    title: plotTitle(`${cell}: ${storyOf(incident)}`),
    width: PLOT_WIDTH + 130,
    height: lanes.length * LANE_HEIGHT,
    layer: [
      ...[
        { at: ms(incident.onset_s), dash: [1, 0] },
        { at: ms(incident.detected_s), dash: [4, 3] },
      ].map(({ at, dash }) => ({
        data: { values: [{ at }] },
        mark: { type: 'rule', color: INK, strokeWidth: 1.25, strokeDash: dash } as const,
        encoding: { x: { ...x, field: 'at' } },
      })),
      {
        data: { values: bars },
        mark: { type: 'bar', height: 9, minBandSize: 1, opacity: 0.6 },
        encoding: {
          y,
          ...span('from', 'to'),
          fill: { field: 'fill', type: 'nominal', scale: null },
          stroke: { value: JOB_COLOUR },
          strokeWidth: { value: 1 },
          ...tip,
        },
      },
      {
        data: { values: points },
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
        data: { values: phaseBars(incident, ms, cell) },
        mark: { type: 'bar', height: 12 },
        encoding: {
          y,
          ...span('from', 'to'),
          color: {
            field: 'phase',
            type: 'nominal',
            scale: { domain: phaseNames, range: phases.map(phaseColour) },
            legend: { orient: 'top', title: null, columns: 8, symbolType: 'square', symbolSize: 90 },
          },
          ...tip,
        },
      },
      {
        data: { values: restored },
        mark: { type: 'point', shape: 'diamond', filled: true, size: 110, opacity: 1, color: RESTORED_COLOUR },
        encoding: { y, x: { ...x, field: 'at' }, ...tip },
      },
      {
        data: {
          values: restored
            .filter(() => incident.onset_s - (recoveryPoint_s ?? 0) > LABEL_SHARE * (to_s - from_s))
            .map((each) => ({ ...each, text: `−${shortDuration(incident.rpo_s)}` })),
        },
        mark: outcome,
        encoding: { y, x: { ...x, field: 'at' }, text: { field: 'text' }, ...tip },
      },
    ],
  }
}

function jobBar(row: JobRow, until_s: number, from_s: number, ms: (seconds: number) => number, cell: string) {
  const started_s = row.started_s ?? 0
  // Jobs are cancelled from the moment the incident is noticed.
  const ended_s = Math.min(row.ended_s ?? Infinity, until_s)
  return {
    lane: row.kind,
    from: ms(Math.max(started_s, from_s)),
    to: ms(ended_s),
    fill: row.outcome === 'succeeded' && ended_s === row.ended_s ? JOB_COLOUR : PAPER,
    tip: `${cell}: ${row.job}, ${shortDuration(ended_s - started_s)}${row.reason === '' ? '' : ` (${row.reason})`}`,
  }
}

/** Phases follow one another from the onset. */
function phaseBars(incident: IncidentRow, ms: (seconds: number) => number, cell: string) {
  if (incident.rto_s === undefined) return []
  let at_s = incident.onset_s
  return RTO_PHASES.flatMap((phase) => {
    const length_s = incident.phases_s[phase]
    const from_s = at_s
    at_s += length_s
    if (length_s <= 0) return []
    return {
      lane: RECOVERY_LANE,
      phase: PHASE_NAMES[phase],
      from: ms(from_s),
      to: ms(at_s),
      tip: `${cell}: ${PHASE_NAMES[phase]} ${shortDuration(length_s)}`,
    }
  })
}

function thinned(rows: readonly JobRow[]): readonly JobRow[] {
  const every = Math.ceil(rows.length / MOST_JOBS)
  return every <= 1 ? rows : rows.filter((_, index) => index % every === 0)
}
