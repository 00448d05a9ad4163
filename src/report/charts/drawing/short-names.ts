import type { Results } from '../../../experiment/results.ts'
import { hazardNames } from './cells.ts'

/** Longer names would push the plots out of sight: characters of a label, which is a strategy or a strategy and a topology. */
const LONGEST = 44
const LONGEST_OF_TWO = 30
/** What is left of a long name's end, which often tells it from its neighbours. */
const END = 9

/** Every chart asks for the same. */
const known = new WeakMap<Results, Results>()

/**
 * The same results, with an ellipsis in the middle of each strategy, topology and hazard whose name is too long for a chart.
 * Names stay different from one another. Where no name is long the results are given back as they are.
 */
export function withShortNames(results: Results): Results {
  const shortened = known.get(results) ?? shorten(results)
  known.set(results, shortened)
  return shortened
}

function shorten(results: Results): Results {
  const { cells } = results
  const alone = new Set(cells.map((cell) => cell.topology)).size < 2
  const longest = alone ? LONGEST : LONGEST_OF_TWO
  const shortened = {
    strategy: shortNames(
      cells.map((cell) => cell.strategy),
      longest,
    ),
    topology: shortNames(
      cells.map((cell) => cell.topology),
      longest,
    ),
    hazard: shortNames(hazardNames(results), LONGEST),
  }
  if (Object.values(shortened).every((names) => names.size === 0)) return results
  const inCell = <Row extends { readonly strategy: string; readonly topology: string }>(row: Row): Row => ({
    ...row,
    strategy: shortened.strategy.get(row.strategy) ?? row.strategy,
    topology: shortened.topology.get(row.topology) ?? row.topology,
  })
  const ofHazard = <Row extends { readonly hazard: string }>(row: Row): Row => ({
    ...row,
    hazard: shortened.hazard.get(row.hazard) ?? row.hazard,
  })
  return {
    ...results,
    cells: cells.map((cell) => ({ ...inCell(cell), hazards: cell.hazards.map(ofHazard) })),
    incidents: results.incidents.map((row) => ofHazard(inCell(row))),
    exposures: results.exposures.map((row) => ofHazard(inCell(row))),
    jobs: results.jobs.map(inCell),
    links: results.links.map(inCell),
    traffic: results.traffic.map(inCell),
    stores: results.stores.map(inCell),
    points: results.points.map(inCell),
    costs: results.costs.map(inCell),
  }
}

/** The names that are too long, with their replacements. */
function shortNames(names: readonly string[], longest: number): Map<string, string> {
  const shortened = new Map<string, string>()
  const taken = new Set(names)
  for (const name of new Set(names)) {
    if (name.length <= longest) continue
    const start = name.slice(0, longest - END - 1)
    let short = `${start}…${name.slice(-END)}`
    for (let number = 2; taken.has(short); number += 1) short = `${start}…${number}`
    taken.add(short)
    shortened.set(name, short)
  }
  return shortened
}
