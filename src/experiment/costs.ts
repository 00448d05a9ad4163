import { MONTH_S } from '../world/index.ts'
import type { World } from '../world/index.ts'
import type { CostRow } from './results.ts'

const YEAR_S = 365.25 * 86_400
const GB = 1e9

/**
 * What the undisturbed world costs a year, item by item, from what was used up to the present instant.
 * A quantity times its price is the item's cost over the time simulated; the year's cost is that, scaled.
 */
export function costRows(world: World, strategy: string, topology: string): CostRow[] {
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
    const { specification, requests } = store
    const held = store.storage.read(now_s)
    const gbMonths = held.byteSeconds / GB / MONTH_S
    if (specification.kind === 'disk') {
      add('equipment', specification.name, now_s / YEAR_S, 'years', (specification.usdPerYear * now_s) / YEAR_S)
      continue
    }
    const { prices, name } = specification
    add('storage', `${name} stored`, gbMonths, 'GB-months', held.storage_usd)
    add('storage', `${name} deleted early`, held.earlyDeletion_usd === 0 ? 0 : 1, 'charges', held.earlyDeletion_usd)
    add('requests', `${name} PUT, LIST`, requests.puts, 'requests', (requests.puts / 1000) * prices.putPerThousand_usd)
    add('requests', `${name} GET`, requests.gets, 'requests', (requests.gets / 1000) * prices.getPerThousand_usd)
    const retrievedGB = requests.retrieved_bytes / GB
    add('retrieval', name, retrievedGB, 'GB', retrievedGB * prices.retrievalPerGB_usd)
    add('egress', name, requests.egress_bytes / GB, 'GB', requests.egress_usd(prices))
  }
  for (const { specification } of world.links.values()) {
    const months = now_s / MONTH_S
    add('links', specification.name, months, 'months', months * specification.usdPerMonth)
  }
  return rows.filter((row) => row.usdPerYear !== 0)
}
