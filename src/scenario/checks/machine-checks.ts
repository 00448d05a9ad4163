import { isDomain } from '../../world/index.ts'
import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import { didYouMean } from '../document/nearest-word.ts'
import type { OwnTime } from '../../strategy/strategy.ts'
import type { OwnTimesKey, PlacedStrategy } from '../sections/strategies.ts'

/**
 * Nobody restores to a machine that an intruder may still be on. Warns where no time for rebuilding is given, because
 * the RTO then lacks it.
 */
export function checkMachines(placed: PlacedStrategy, world: WorldSpecification, compilation: Compilation): void {
  const { strategy, ownTimes } = placed
  const { warnings } = compilation
  const { provisionOf, rebuildOf } = strategy.recovery
  const named: Readonly<Record<OwnTimesKey, readonly OwnTime[]>> = {
    'provision-of': provisionOf,
    'rebuild-of': rebuildOf,
  }
  for (const key of ['provision-of', 'rebuild-of'] as const) {
    for (const { target } of named[key]) {
      if (isDomain(world, target)) continue
      const there = [world.nodes, world.sites, world.domains].flatMap((kind) => [...kind.keys()])
      const message = `'${target}' is not the name of a machine, site, region or domain${didYouMean(target, there)}`
      compilation.problem([...ownTimes[key], target], message, 'key')
    }
  }
  if (strategy.recovery.rebuild_s !== undefined) return
  const attacks = [...world.hazards.values()].filter(({ kind }) => kind === 'ransomware').map(({ name }) => name)
  if (attacks.length === 0) return
  warnings.add(
    `strategy ${strategy.name}: after ${attacks.join(', ')}, data is restored to the machines as they are; ` +
      'rebuild in its recovery plan says how long it takes until they are clean (0 s: no time)',
  )
}
