import type { TopLevelSpec } from 'vega-lite'
import { RTO_PHASES } from '../../experiment/results.ts'
import type { IncidentRow, Results, RtoPhase } from '../../experiment/results.ts'
import { shortDuration } from '../human.ts'
import { cellLabel, cellLabels, hazardLabel, hazardLabels } from './cells.ts'
import { AREA_COLOURS, MUTED, PAPER, PLOT_WIDTH, ROW_HEIGHT } from './theme.ts'
import { timeAxis } from './time-axis.ts'

const PHASE_NAMES: Record<RtoPhase, string> = {
  detect: 'detect',
  declare: 'declare',
  provision: 'provision',
  retrieve: 'retrieve',
  transfer: 'transfer',
  apply: 'apply',
  verify: 'verify',
  cutOver: 'cut over',
}

/** Where the time to recover goes: mean of each phase, which add up to the mean RTO. */
export function rtoPhases(results: Pick<Results, 'cells' | 'incidents'>): TopLevelSpec | undefined {
  const groups = groupsOf(results)
  if (groups.length === 0) return undefined
  const phases = RTO_PHASES.filter((phase) => groups.some(({ means_s }) => means_s[phase] > 0))
  const values = groups.flatMap(({ cell, hazard, means_s }) =>
    phases.map((phase, order) => ({ cell, hazard, phase: PHASE_NAMES[phase], order, mean_s: means_s[phase] })),
  )
  const totals = groups.map(({ cell, hazard, rto_s }) => ({ cell, hazard, rto_s, label: shortDuration(rto_s) }))
  const objectives = results.cells.flatMap((cell) =>
    cell.hazards
      .filter((row) => Number.isFinite(row.objectives.rto_s))
      .map((row) => ({ hazard: hazardLabel(row, results), objective_s: row.objectives.rto_s })),
  )
  const longest_s = [...totals.map((total) => total.rto_s), ...objectives.map((each) => each.objective_s)]
  const { scale, axis } = linear(longest_s)
  const y = { field: 'cell', type: 'nominal', sort: cellLabels(results), title: null } as const
  const x = { type: 'quantitative', scale, axis } as const
  const ns = groups.map((group) => group.n)
  return {
    title: {
      text: 'Where the recovery time goes',
      subtitle: [
        `Mean duration of each phase over the drills that were not lost (n = ${range(ns)} a bar); they add up to the mean RTO, written at the end.`,
        'Dashed: RTO objective.',
      ],
    },
    description: `Phases of the recovery time. ${totals.map(({ cell, hazard, label }) => `${cell} after ${hazard}: ${label} in all`).join('. ')}.`,
    data: { values: [...values, ...totals, ...objectives] },
    facet: {
      row: {
        field: 'hazard',
        type: 'nominal',
        title: null,
        sort: hazardLabels(results),
        header: { labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    spec: {
      width: PLOT_WIDTH,
      height: { step: ROW_HEIGHT },
      layer: [
        {
          transform: [{ filter: 'isValid(datum.phase)' }],
          mark: { type: 'bar', height: 14, stroke: PAPER, strokeWidth: 0.75 },
          encoding: {
            y,
            x: { ...x, field: 'mean_s', stack: 'zero' },
            order: { field: 'order', type: 'quantitative' },
            color: {
              field: 'phase',
              type: 'nominal',
              scale: { domain: phases.map((phase) => PHASE_NAMES[phase]), range: phases.map(colourOf) },
              legend: { orient: 'top', title: null, columns: 8, symbolType: 'square' },
            },
          },
        },
        {
          transform: [{ filter: 'isValid(datum.rto_s)' }],
          mark: { type: 'text', align: 'left', dx: 5, color: MUTED },
          encoding: { y, x: { ...x, field: 'rto_s' }, text: { field: 'label' } },
        },
        {
          transform: [{ filter: 'isValid(datum.objective_s)' }],
          mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.5 },
          encoding: { x: { ...x, field: 'objective_s', aggregate: 'max' } },
        },
      ],
    },
  }
}

interface Group {
  readonly cell: string
  readonly hazard: string
  readonly n: number
  readonly rto_s: number
  readonly means_s: Record<RtoPhase, number>
}

function groupsOf(results: Pick<Results, 'cells' | 'incidents'>): Group[] {
  const groups = Map.groupBy(
    results.incidents.filter((row) => row.outcome !== 'lost'),
    (row: IncidentRow) => JSON.stringify([cellLabel(row, results), hazardLabel(row, results)]),
  )
  return [...groups].map(([key, rows]) => {
    const [cell, hazard] = JSON.parse(key) as [string, string]
    const mean = (value: (row: IncidentRow) => number): number =>
      rows.reduce((sum, row) => sum + value(row), 0) / rows.length
    const means_s = Object.fromEntries(RTO_PHASES.map((phase) => [phase, mean((row) => row.phases_s[phase])]))
    return { cell, hazard, n: rows.length, rto_s: mean((row) => row.rto_s ?? 0), means_s: means_s as Group['means_s'] }
  })
}

/** Bars start at zero, so their axis is never logarithmic. */
function linear(values_s: readonly number[]): ReturnType<typeof timeAxis> {
  return timeAxis([0, ...values_s], 'mean RTO', 0.12)
}

function colourOf(phase: RtoPhase): string {
  return AREA_COLOURS[RTO_PHASES.indexOf(phase) % AREA_COLOURS.length] as string
}

function range(values: readonly number[]): string {
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return min === max ? String(min) : `${min} to ${max}`
}
