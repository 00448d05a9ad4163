import { USAGE_BIN_S } from '../../kernel/index.ts'
import type { World } from '../../world/index.ts'
import type { TrafficRow } from '../results.ts'
import type { CellNames } from './operated-world.ts'

const BINS_PER_DAY = 86_400 / USAGE_BIN_S

/** What each link carried on each day up to now, in each direction. Links that carried nothing are left out. */
export function trafficRows(world: World, names: CellNames): TrafficRow[] {
  const rows: TrafficRow[] = []
  for (const { forward, backward } of world.links.values()) {
    for (const { name, usage } of [forward, backward]) {
      if (usage.total() === 0) continue
      const bins = usage.bins(world.simulation.now)
      for (let day = 0; day * BINS_PER_DAY < bins.length; day += 1) {
        const ofDay = bins.subarray(day * BINS_PER_DAY, (day + 1) * BINS_PER_DAY)
        let sum = 0
        let busiest = 0
        for (const rate of ofDay) {
          sum += rate
          busiest = Math.max(busiest, rate)
        }
        rows.push({
          ...names,
          link: name,
          day,
          mean_bytesPerSecond: sum / ofDay.length,
          busiest_bytesPerSecond: busiest,
        })
      }
    }
  }
  return rows
}
