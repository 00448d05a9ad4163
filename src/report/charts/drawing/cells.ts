import { cellNames } from '../../text/cell-names.ts'
import type { Named } from '../../text/cell-names.ts'
import type { Cell, HazardSummary, IncidentRow, Results } from '../../../experiment/results.ts'

/** What a chart calls a strategy on a topology; the topology is left out where there is only one. */
export function cellLabel(cell: Named, results: { readonly cells: readonly Named[] }): string {
  return cellNames(results.cells, ', ')(cell)
}

/** Labels of all cells in their order: the order of a chart's rows. */
export function cellLabels(results: { readonly cells: readonly Named[] }): string[] {
  return results.cells.map((cell) => cellLabel(cell, results))
}

export function strategiesOf({ cells }: Pick<Results, 'cells'>): string[] {
  return [...new Set(cells.map((cell) => cell.strategy))]
}

export function topologiesOf({ cells }: Pick<Results, 'cells'>): string[] {
  return [...new Set(cells.map((cell) => cell.topology))]
}

/** What a chart calls a hazard; with the service where there is more than one. */
export function hazardLabel(
  { hazard, service }: { readonly hazard: string; readonly service: string },
  results: Pick<Results, 'cells'>,
): string {
  const services = new Set(results.cells.flatMap((cell) => cell.hazards.map((row) => row.service)))
  return services.size === 1 ? hazard : `${hazard} → ${service}`
}

export function hazardLabels(results: Pick<Results, 'cells'>): string[] {
  return [...new Set(results.cells.flatMap((cell) => cell.hazards.map((row) => hazardLabel(row, results))))]
}

/** Each hazard once, whichever services it hits. */
export function hazardNames({ cells }: Pick<Results, 'cells'>): string[] {
  return [...new Set(cells.flatMap((cell) => cell.hazards.map((row) => row.hazard)))]
}

/** Every hazard of every cell. */
export function hazardsOfCells(results: Pick<Results, 'cells'>): { cell: Cell; hazard: HazardSummary }[] {
  return results.cells.flatMap((cell) => cell.hazards.map((hazard) => ({ cell, hazard })))
}

/** '30 drills' or, where hazards differ, '28 to 30 drills'. */
export function drillCount(results: Pick<Results, 'cells'>): string {
  const counts = hazardsOfCells(results).map(({ hazard }) => hazard.n)
  const [min, max] = [Math.min(...counts), Math.max(...counts)]
  return min === max ? `n = ${min}` : `n = ${min} to ${max}`
}

/** The incidents that a hazard of a cell sums up. */
export function incidentsByHazard(
  incidents: readonly IncidentRow[],
): (cell: Cell, hazard: HazardSummary) => readonly IncidentRow[] {
  const groups = Map.groupBy(incidents, (row) => JSON.stringify([row.strategy, row.topology, row.hazard, row.service]))
  return ({ strategy, topology }, { hazard, service }) =>
    groups.get(JSON.stringify([strategy, topology, hazard, service])) ?? []
}
