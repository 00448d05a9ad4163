import { exhaustedAt } from './forecast.ts'
import type { Measurement } from './forecast.ts'
import type { JobRow, Results, StoreRow } from '../results.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** How a store fills. Instants are seconds since 1970. */
export interface StoreGrowth {
  readonly strategy: string
  readonly topology: string
  readonly store: string
  /** Infinity where a store has no limit. */
  readonly capacity_bytes: number
  readonly end_bytes: number
  /** Over the second half of the horizon, when retention has reached a steady state, by least squares. */
  readonly growth_bytesPerYear: number
  /**
   * First day on which it has no room for what a job wants to write: as simulated or, beyond the horizon, as that growth goes on;
   * undefined for 20 years.
   */
  readonly exhausted: number | undefined
}

/** How each store of each cell fills. */
export function storeGrowth(results: Pick<Results, 'cells' | 'jobs' | 'stores' | 'scenario'>): StoreGrowth[] {
  const rows = Map.groupBy(results.stores, storeKey)
  const { start } = results.scenario
  return results.cells.flatMap(({ strategy, topology, storage }) =>
    storage.map(({ store, end_bytes, capacity_bytes }) => {
      const own = rows.get(storeKey({ strategy, topology, store })) ?? []
      const refused_s = firstRefusal_s(results.jobs, { strategy, topology, store })
      // What is turned away does not show how it would have grown.
      const settled = refused_s === undefined ? own : own.filter(({ day }) => day * DAY_S < refused_s)
      const { growth_bytesPerYear, exhausted } = growthOf(settled, capacity_bytes, start)
      return {
        strategy,
        topology,
        store,
        capacity_bytes,
        end_bytes,
        growth_bytesPerYear,
        exhausted: refused_s === undefined ? exhausted : start + DAY_S * Math.floor(refused_s / DAY_S),
      }
    }),
  )
}

/** When a job first failed because the store was full: it need never hold as much as it could. */
function firstRefusal_s(
  jobs: readonly JobRow[],
  of: Pick<StoreRow, 'strategy' | 'topology' | 'store'>,
): number | undefined {
  const refused = jobs.find(
    ({ strategy, topology, reason }) =>
      strategy === of.strategy && topology === of.topology && reason.startsWith(`${of.store} is full: `),
  )
  return refused?.started_s
}

function storeKey(row: { readonly strategy: string; readonly topology: string; readonly store: string }): string {
  return JSON.stringify([row.strategy, row.topology, row.store])
}

function growthOf(
  rows: readonly StoreRow[],
  capacity_bytes: number,
  start: number,
): { growth_bytesPerYear: number; exhausted: number | undefined } {
  const levels = rows.map(({ day, stored_bytes }): Measurement => ({ time: start + day * DAY_S, bytes: stored_bytes }))
  const settled = levels.slice(Math.floor(levels.length / 2))
  if (settled.length < 2) return { growth_bytesPerYear: 0, exhausted: undefined }
  const meanTime = settled.reduce((sum, { time }) => sum + time, 0) / settled.length
  const mean = settled.reduce((sum, { bytes }) => sum + bytes, 0) / settled.length
  const products = settled.reduce((sum, { time, bytes }) => sum + (time - meanTime) * (bytes - mean), 0)
  const slope = products / settled.reduce((sum, { time }) => sum + (time - meanTime) ** 2, 0)
  const full = levels.find(({ bytes }) => bytes >= capacity_bytes)
  const last = settled.at(-1)!
  const later = exhaustedAt((time) => mean + slope * (time - meanTime), last.time, capacity_bytes)
  return { growth_bytesPerYear: slope * YEAR_S, exhausted: full?.time ?? later }
}
