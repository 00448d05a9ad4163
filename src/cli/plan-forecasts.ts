import { exhaustedAt, forecast } from '../experiment/capacity/forecast.ts'
import type { Forecast } from '../experiment/capacity/forecast.ts'
import { readHistory } from '../report/read-history.ts'
import type { WorldSpecification } from '../world/specification.ts'
import { UsageError } from './exit.ts'

/** Forecasts of stores from their `--history STORE=FILE`. */
export async function forecasts(
  histories: readonly string[],
  { stores }: Pick<WorldSpecification, 'stores'>,
): Promise<{ store: string; forecast: Forecast; last: number; exhausted: number | undefined }[]> {
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
    const history = await readHistory(written.slice(at + 1))
    const own = forecast(history)
    const last = Math.max(...history.map(({ time }) => time))
    const capacity_bytes = 'capacity_bytes' in specification ? specification.capacity_bytes : Infinity
    made.push({ store, forecast: own, last, exhausted: exhaustedAt(own.at, last, capacity_bytes) })
  }
  return made
}
