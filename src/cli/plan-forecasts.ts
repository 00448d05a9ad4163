import { HistoryError, storeForecast } from '../experiment/capacity/forecast.ts'
import type { Measurement, StoreForecast } from '../experiment/capacity/forecast.ts'
import { readHistory } from '../report/read-history.ts'
import type { WorldSpecification } from '../world/specification.ts'
import { UsageError } from './exit.ts'

/** Forecasts of stores from their `--history STORE=FILE`. */
export async function forecasts(
  histories: readonly string[],
  { stores }: Pick<WorldSpecification, 'stores'>,
): Promise<StoreForecast[]> {
  const made = []
  for (const written of histories) {
    const at = written.indexOf('=')
    const store = written.slice(0, Math.max(0, at))
    const specification = stores.get(store)
    if (specification === undefined) {
      throw new UsageError(
        `--history ${written}: expected STORE=FILE.csv; the stores are ${[...stores.keys()].join(', ')}`,
      )
    }
    const path = written.slice(at + 1)
    const capacity_bytes = 'capacity_bytes' in specification ? specification.capacity_bytes : Infinity
    made.push(forecastFrom(path, store, await readHistory(path), capacity_bytes))
  }
  return made
}

/** Adds the name of the file to the message about a history that cannot be used. */
function forecastFrom(
  path: string,
  store: string,
  history: readonly Measurement[],
  capacity_bytes: number,
): StoreForecast {
  try {
    return storeForecast(store, history, capacity_bytes)
  } catch (error) {
    if (error instanceof HistoryError) throw new HistoryError(`${path}  ${error.message}`)
    throw error
  }
}
