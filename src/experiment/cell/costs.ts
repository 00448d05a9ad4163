import type { PeopleSpecification } from '../../scenario/scenario.ts'
import { MONTH_S } from '../../world/index.ts'
import type { OperatedWorld } from './operated-world.ts'
import type { CostRow } from '../results.ts'

const YEAR_S = 365.25 * 86_400
/** Units of items that somebody hands over. */
const PICKUPS = ['pickups', 'trips']

/**
 * What the undisturbed world costs a year, item by item, from what was used up to the present instant.
 * A quantity times its price is the item's cost over the time simulated; the year's cost is that, scaled.
 */
export function costRows(
  { world, operations }: OperatedWorld,
  topology: string,
  people?: PeopleSpecification,
): CostRow[] {
  const { name: strategy, recovery } = operations.strategy
  const now_s = world.simulation.now
  const perYear = YEAR_S / now_s
  const rows: CostRow[] = []
  const add = (
    category: CostRow['category'],
    item: string,
    quantity: number,
    unit: string,
    usd: number,
    years = perYear,
  ): void => {
    const usdPerUnit = quantity === 0 ? 0 : usd / quantity
    rows.push({ strategy, topology, category, item, quantity, unit, usdPerUnit, usdPerYear: usd * years })
  }
  for (const store of world.stores.values()) {
    for (const { category, item, quantity, unit, usd } of store.costs()) add(category, item, quantity, unit, usd)
  }
  const months = now_s / MONTH_S
  for (const link of world.links.values()) {
    for (const { item, quantity, unit, usd } of link.costs(now_s)) add('links', item, quantity, unit, usd)
  }
  add('equipment', 'standby', months, 'months', months * recovery.standby_usdPerMonth)
  if (people !== undefined) {
    const failed = operations.runs.filter(({ outcome }) => outcome === 'failed').length
    const pickups = rows.reduce((sum, { unit, quantity }) => sum + (PICKUPS.includes(unit) ? quantity : 0), 0)
    for (const [item, times, each_s] of [
      ['failed jobs', failed, people.failedJob_s],
      ['pickups', pickups, people.pickup_s],
    ] as const) {
      const hours = (times * each_s) / 3600
      add('people', item, hours, 'hours', hours * people.usdPerHour)
    }
  }
  return rows.filter((row) => row.usdPerYear !== 0)
}
