import type { CellDefinition } from './operated-world.ts'

/** Which of the histories of the world a drill is staged in: the same in every strategy and topology. */
export function historyOf(replication: number, { scenario }: Pick<CellDefinition, 'scenario'>): number {
  return replication % scenario.experiment.histories
}

/** The cell in one of its histories: other writes, other failures by chance. The first is that of a cell that has only one. */
export function inHistory(cell: CellDefinition, history: number): CellDefinition {
  if (cell.scenario.experiment.histories === 1) return cell
  const seed = history === 0 ? cell.seed : JSON.stringify([cell.seed, 'history', history])
  return { ...cell, seed, history }
}
