import type { TopLevelSpec } from 'vega-lite'
import { RTO_PHASES } from '../../experiment/results.ts'
import type { IncidentRow, Results, RtoPhase } from '../../experiment/results.ts'
import { shortDuration } from '../text/human.ts'
import { cellLabel, cellLabels, hazardLabel, hazardLabels, hazardsOfCells, incidentsByHazard } from './drawing/cells.ts'
import { behindLine } from './drawing/label-places.ts'
import { cellRows, labelsAfter, namesInBars, objectiveRule, plotTitle, rowsHeight, tip } from './drawing/marks.ts'
import type { Plot } from './drawing/marks.ts'
import { AREA_COLOURS, CONSEQUENCE_COLOUR, PAPER, PLOT_WIDTH } from './drawing/theme.ts'
import { timeAxis } from './drawing/time-axis.ts'

/** What charts call the phases. */
export const PHASE_NAMES: Record<RtoPhase, string> = {
  detect: 'detect',
  declare: 'declare',
  provision: 'provision',
  retrieve: 'retrieve',
  transfer: 'transfer',
  apply: 'apply',
  verify: 'verify',
  cutOver: 'cut over',
}

/** Where the time to recover goes: mean of each phase, which add up to the mean RTO. One plot a hazard. */
export function rtoPhases(results: Pick<Results, 'cells' | 'incidents'>): TopLevelSpec | undefined {
  const groups = groupsOf(results)
  if (groups.length === 0) return undefined
  const phases = RTO_PHASES.filter((phase) => groups.some(({ means_s }) => (means_s.get(phase) ?? 0) > 0))
  const hazards = hazardLabels(results).filter((hazard) => groups.some((group) => group.hazard === hazard))
  const sums = groups.map(({ cell, hazard, rto_s }) => `${cell} after ${hazard}: ${shortDuration(rto_s)} in all`)
  return {
    title: {
      text: 'Where the recovery time goes',
      subtitle: [
        `Mean duration of each phase over the drills that were not lost (n = ${range(groups.map(({ n }) => n))} a bar).`,
        'They add up to the mean RTO, written at the end. Dashed: RTO objective. Each hazard has its own scale.',
      ],
    },
    description: `Phases of the recovery time. ${sums.join('. ')}.`,
    vconcat: hazards.map((hazard) =>
      plot(
        results,
        hazard,
        groups.filter((group) => group.hazard === hazard),
        phases,
      ),
    ),
    spacing: 14,
  }
}

function plot(
  results: Pick<Results, 'cells'>,
  hazard: string,
  groups: readonly Group[],
  phases: readonly RtoPhase[],
): Plot {
  const values = groups.flatMap(({ cell, means_s, rto_s }) =>
    phases.map((phase, order) => ({
      cell,
      phase: PHASE_NAMES[phase],
      order,
      mean_s: means_s.get(phase) ?? 0,
      tip: `${cell} after ${hazard}: ${PHASE_NAMES[phase]} ${shortDuration(means_s.get(phase) ?? 0)} of ${shortDuration(rto_s)}`,
    })),
  )
  const objectives = results.cells.flatMap((cell) =>
    cell.hazards
      .filter((row) => hazardLabel(row, results) === hazard && Number.isFinite(row.objectives.rto_s))
      .map((row) => ({ objective_s: row.objectives.rto_s })),
  )
  // Bars start at zero, so their axis is never logarithmic.
  const ends_s = [...groups.map((each) => each.rto_s), ...objectives.map((each) => each.objective_s)]
  const { scale, axis } = timeAxis(ends_s, 'mean RTO', { room: 0.12, linear: true })
  const objective_s = objectives.length === 0 ? undefined : Math.max(...objectives.map((each) => each.objective_s))
  const totals = groups.map(({ cell, rto_s }) => {
    const label = shortDuration(rto_s)
    return { cell, rto_s, label, label_s: behindLine(rto_s, objective_s, label, { scale }, PLOT_WIDTH) }
  })
  const y = cellRows(cellLabels(results))
  const x = { type: 'quantitative', scale, axis } as const
  const color = {
    field: 'phase',
    type: 'nominal',
    scale: { domain: phases.map((phase) => PHASE_NAMES[phase]), range: phases.map(phaseColour) },
    legend: { orient: 'top', title: null, columns: 8, symbolType: 'square' },
  } as const
  return {
    title: plotTitle(hazard),
    data: { values: [...values, ...totals, ...objectives] },
    width: PLOT_WIDTH,
    height: rowsHeight(groups.length),
    layer: [
      {
        transform: [{ filter: 'isValid(datum.phase)' }],
        mark: { type: 'bar', height: 14, stroke: PAPER, strokeWidth: 0.5 },
        encoding: {
          y,
          x: { ...x, field: 'mean_s', stack: 'zero' },
          order: { field: 'order', type: 'quantitative' },
          color,
          ...tip,
        },
      },
      ...namesInBars(stretchesOf(groups, phases, hazard), scale.domain[1] / PLOT_WIDTH, y, x, objective_s),
      ...objectiveRule({ x: { ...x, field: 'objective_s', aggregate: 'max' } }, 'isValid(datum.objective_s)'),
      ...labelsAfter({ y, x: { ...x, field: 'label_s' }, text: { field: 'label' } }, 'isValid(datum.rto_s)'),
    ],
  }
}

/** The phases of each bar, one after the other. */
function stretchesOf(groups: readonly Group[], phases: readonly RtoPhase[], hazard: string) {
  return groups.flatMap(({ cell, means_s, rto_s }) => {
    let from = 0
    return phases.map((phase) => {
      const to = from + (means_s.get(phase) ?? 0)
      const name = PHASE_NAMES[phase]
      const words = `${cell} after ${hazard}: ${name} ${shortDuration(to - from)} of ${shortDuration(rto_s)}`
      const stretch = { cell, from, to, name, colour: phaseColour(phase), tip: words }
      from = to
      return stretch
    })
  })
}

interface Group {
  readonly cell: string
  readonly hazard: string
  readonly n: number
  readonly rto_s: number
  readonly means_s: ReadonlyMap<RtoPhase, number>
}

function groupsOf(results: Pick<Results, 'cells' | 'incidents'>): Group[] {
  const incidentsOf = incidentsByHazard(results.incidents)
  return hazardsOfCells(results).flatMap(({ cell, hazard }) => {
    const rows = incidentsOf(cell, hazard).filter((row) => row.outcome !== 'lost')
    const n = rows.length
    if (n === 0) return []
    const mean = (value: (row: IncidentRow) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / n
    return {
      cell: cellLabel(cell, results),
      hazard: hazardLabel(hazard, results),
      n,
      rto_s: mean((row) => row.rto_s ?? 0),
      means_s: new Map(RTO_PHASES.map((phase) => [phase, mean((row) => row.phases_s[phase])])),
    }
  })
}

export function phaseColour(phase: RtoPhase): string {
  return AREA_COLOURS[RTO_PHASES.indexOf(phase) % AREA_COLOURS.length] ?? CONSEQUENCE_COLOUR
}

function range(values: readonly number[]): string {
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return min === max ? String(min) : `${min} to ${max}`
}
