import { compareTrees } from '../../../adapters/virtual/index.ts'
import type { Damage, World } from '../../../world/index.ts'

/** What an outage leaves must be what the history holds for its onset, and for every instant of it. */
export function assertUnharmed(world: World, { dataset, backAt_s }: Damage, onset_s: number): void {
  const { files } = world.dataset(dataset)
  const before = files.at(world.instant(onset_s))
  // At the instant at which it is back the application may have written already.
  const after = files.at(world.instant(backAt_s! * (1 - Number.EPSILON)))
  if (before === undefined || after === undefined || !compareTrees(after, before).equal) {
    throw new Error(`an outage has changed ${dataset}, which it should have left alone`)
  }
}
