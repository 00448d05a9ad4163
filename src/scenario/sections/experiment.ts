import type { Strategy } from '../../strategy/strategy.ts'
import { hitsOf } from '../../world/index.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { lawOf } from '../quantities/duration-law.ts'
import { didYouMean } from '../document/nearest-word.ts'
import type { ExperimentSpecification, Topology } from '../scenario.ts'
import type { ScenarioDocument } from '../schema/scenario.ts'
import type { PlacedStrategy } from './strategies.ts'

const DAY_S = 86_400
const NOT_A_SETBACK: ReadonlySet<string> = new Set(['ransomware', 'deletion', 'burst'])

/** What to try, how many times, and from when. */
export function experimentFromDocument(
  { experiment, horizon, hazards }: ScenarioDocument,
  world: Topology['world'],
  compilation: Compilation,
): ExperimentSpecification {
  const names = Object.keys(hazards)
  const { background } = experiment
  const drills = experiment.drills === 'all' ? names.filter((name) => !background.includes(name)) : experiment.drills
  for (const [field, list] of Object.entries({ drills, background })) {
    for (const [index, name] of list.entries()) {
      if (names.includes(name)) continue
      const near =
        didYouMean(name, names) || (names.length === 0 ? '; there is none' : `; there are ${names.join(', ')}`)
      compilation.problem(['experiment', field, index], `'${name}' is not the name of a hazard${near}`)
    }
  }
  for (const [index, name] of background.entries()) {
    const hazard = world.hazards.get(name)
    if (hazard === undefined || hitsOf(hazard, world) === 'protection') continue
    const message = `${name} takes data or services away, and a world with it does not go on by itself; name it under drills`
    compilation.problem(['experiment', 'background', index], message)
  }
  for (const name of drills) {
    const hazard = world.hazards.get(name)
    if (hazard === undefined || hitsOf(hazard, world) === 'estate') continue
    compilation.warnings.add(
      `the drills of ${name} recover nothing: it hits only what protects the data; name it under ` +
        `experiment.background, or in a burst with another hazard`,
    )
  }
  const written = experiment['warm-up'] ?? Math.min(14 * DAY_S, horizon / 4)
  // A starting value until the warm-up has been determined.
  const warmUp_s = written === 'auto' ? 0 : written
  if (warmUp_s >= horizon) {
    compilation.problem(['experiment', 'warm-up'], 'is not shorter than the horizon; no time is left for drills')
  }
  const { replications, histories, 'natural-worlds': naturalWorlds } = experiment
  const common = {
    drills,
    background,
    histories,
    naturalWorlds,
    warmUp_s,
    ...(written === 'auto' ? { findsWarmUp: true } : {}),
    ...setbackOf(experiment.setback, world, compilation),
  }
  if (typeof replications === 'number') return { ...common, replications }
  const { precision: relative, min, max, of } = replications
  if (min > max) {
    compilation.problem(['experiment', 'replications', 'max'], `is ${max}, less than the ${min} that it begins with`)
  }
  return { ...common, replications: min, precision: { relative, max, of } }
}

function setbackOf(
  setback: ScenarioDocument['experiment']['setback'],
  { hazards }: Topology['world'],
  compilation: Compilation,
): Pick<ExperimentSpecification, 'setback'> {
  if (setback === undefined) return {}
  const path: Path = ['experiment', 'setback']
  const hazard = hazards.get(setback.hazard)
  if (hazard === undefined) {
    const near = didYouMean(setback.hazard, [...hazards.keys()]) || `; there are ${[...hazards.keys()].join(', ')}`
    compilation.problem([...path, 'hazard'], `'${setback.hazard}' is not the name of a hazard${near}`)
  } else if (NOT_A_SETBACK.has(hazard.kind)) {
    const message = `${hazard.name} taints data or is made of several; expected a hazard that destroys or interrupts`
    compilation.problem([...path, 'hazard'], message)
  }
  return { setback: { hazard: setback.hazard, after: lawOf(setback.after, [...path, 'after'], compilation) } }
}

/** The strategies to compare, in the order in which they are named. */
export function comparedStrategies(
  { experiment }: ScenarioDocument,
  strategies: readonly PlacedStrategy[],
  compilation: Compilation,
): Strategy[] {
  const all = strategies.map(({ strategy }) => strategy)
  if (all.length === 0) compilation.problem(['strategies'], 'is empty; expected at least a strategy', 'key')
  const wanted = experiment.compare.strategies
  if (wanted === 'all') return all
  return wanted.flatMap((name, index) => {
    const strategy = all.find((candidate) => candidate.name === name)
    if (strategy !== undefined) return [strategy]
    const names = all.map((candidate) => candidate.name)
    const near = didYouMean(name, names) || `; there are ${names.join(', ')}`
    compilation.problem(
      ['experiment', 'compare', 'strategies', index],
      `'${name}' is not the name of a strategy${near}`,
    )
    return []
  })
}
